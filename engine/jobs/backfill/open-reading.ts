import type { DatasetFile } from '../../datasets/dataset.ts';
import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { type FileGroup, type FilesLook, lookIntoFiles } from '../../runtime/replay/look-into-files.ts';
import type { PlannedFile } from '../../runtime/replay/planned-file.ts';

/** Files of a job that are open to be planned with. */
export interface OpenedFiles extends FilesLook {
  /** Files that can't be opened, or are others than were looked at, each with why. */
  readonly failed: ReadonlyMap<DatasetFile, GmvError>;
}

export interface OpenReadingOptions {
  readonly paths: readonly string[];
  /** What the paths were made ready from. */
  readonly known: readonly DatasetFile[];
  readonly plan: Plan;
  readonly signal: AbortSignal;
}

/**
 * Looks into the footers of files that were made ready.
 *
 * @throws GmvError of a file that was made from another, or the signal's reason.
 */
export async function openReading({ paths, known, plan, signal }: OpenReadingOptions): Promise<OpenedFiles> {
  const byPath = new Map(known.map((file) => [file.path, file]));
  const files: PlannedFile[] = [];
  const groups: FileGroup[] = [];
  const failed = new Map<DatasetFile, GmvError>();
  for (const path of paths) {
    const looked = byPath.get(path);
    try {
      const look = await lookIntoFiles({ plan, files: [path], signal });
      if (looked && look.files[0]?.fingerprint !== looked.fingerprint) throw changedSince(path);
      for (const group of look.groups) groups.push({ ...group, file: files.length });
      files.push(...look.files);
    } catch (error) {
      signal.throwIfAborted();
      if (!looked || !(error instanceof GmvError)) throw error;
      failed.set(looked, error);
    }
  }
  return { files, groups, failed };
}

const changedSince = (path: string): GmvError =>
  new GmvError('dataset_changed', `${path} changed since it was looked at: its footer is another`, 'Retry.');
