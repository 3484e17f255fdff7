import { GmvError } from '../errors.ts';
import type { ArchiveColumns } from './archive-columns.ts';
import type { ArchiveFolder } from './archive-folder.ts';
import type { ArchiveFile } from './archive-part.ts';
import { chooseMerge, type MergeLimits } from './choose-merge.ts';
import { mergeFiles } from './merge-files.ts';
import type { PageCodec } from './page-codec.ts';

export interface MergesOptions {
  readonly folder: string;
  readonly files: ArchiveFolder;
  readonly columns: ArchiveColumns;
  readonly codec: PageCodec;
  readonly groupRows: number;
  readonly limits: MergeLimits;
}

/**
 * Makes large files of small ones, step by step. A merged file takes the place of the others in the next manifest; they
 * stay until no kept manifest names them.
 */
export interface Merges {
  /** There are other files than before. */
  look(): void;
  step(): Promise<boolean>;
  close(): Promise<void>;
}

export function createMerges({ files, limits, ...options }: MergesOptions): Merges {
  let merging: { of: readonly ArchiveFile[]; steps: ReturnType<typeof mergeFiles> } | null = null;
  let due = false;
  /** Files of merges that failed: they stay as they are until the next start. */
  const spared = new Set<string>();

  const begin = (): typeof merging => {
    const mine = files
      .all()
      .filter((file) => file.columns === options.columns.fingerprint && !spared.has(file.name));
    const of = chooseMerge(mine, limits);
    return of && { of, steps: mergeFiles({ ...options, files: of, number: files.takeNumber() }) };
  };

  return {
    look() {
      due = true;
    },
    async step() {
      if (!merging && due) merging = begin();
      if (!merging) {
        due = false;
        return false;
      }
      const { of, steps } = merging;
      try {
        const { done, value } = await steps.next();
        if (!done) return true;
        merging = null;
        if (value && !files.replace(of, value)) await files.remove(value.name);
      } catch (error) {
        merging = null;
        due = false;
        // A full disk is no fault of the files.
        if (!isRetriable(error)) for (const { name } of of) spared.add(name);
        throw error;
      }
      return true;
    },
    async close() {
      await merging?.steps.return(null);
      merging = null;
    },
  };
}

const isRetriable = (error: unknown): boolean => error instanceof GmvError && error.retriable;
