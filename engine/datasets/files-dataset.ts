import { stat } from 'node:fs/promises';
import { GmvError, reasonOf } from '../errors.ts';
import type { DatasetPreview, DatasetSummary } from '../protocol/datasets.ts';
import { say } from '../protocol/sayings.ts';
import type { Dataset, DatasetFile, DatasetLook } from './dataset.ts';
import { type DaysOfPartsOptions, daysOfParts } from './days-of-parts.ts';
import type { FileProblem, ListedFile, Listing } from './list-files.ts';
import type { FileContents, LookMemory, RememberedFile } from './look-memory.ts';

export interface FilesDatasetOptions
  extends Pick<DatasetSummary, 'name' | 'kind' | 'title' | 'from'>,
    Pick<DaysOfPartsOptions, 'calendar' | 'limits'> {
  /** What is read from the files, and how. */
  readonly reading: string;
  readonly memory: LookMemory;
  readonly clock: { now(): number };
  list(): Promise<Listing>;
  /**
   * Reads what a look needs to know of a file.
   *
   * @throws GmvError of the file.
   */
  inspect(file: ListedFile, signal?: AbortSignal): Promise<FileContents>;
  /** Where a file's events can be read in our columns; it is as it was when it was looked at. */
  pathOf(
    file: DatasetFile,
    options: { readonly contents: FileContents | null; readonly signal?: AbortSignal },
  ): Promise<string>;
  /** `file` is the first one that is there. */
  previewOf(file: ListedFile | null): Promise<DatasetPreview>;
}

/** Problems that a summary names; the rest are counted. */
const MOST_PROBLEMS = 100;

/** A dataset of files that lie somewhere: each is read when it is new or not what it was, else only looked at. */
export function createFilesDataset(options: FilesDatasetOptions): Dataset {
  const { name, kind, title, from, reading, memory, clock, calendar, limits } = options;
  let last: Promise<unknown> = Promise.resolve();

  const lookOnce = async (signal?: AbortSignal): Promise<DatasetLook> => {
    const listing = await options.list();
    const before = memory.files();
    const problems: FileProblem[] = [...listing.problems];
    const found: RememberedFile[] = [];
    for (const file of listing.files) {
      signal?.throwIfAborted();
      const known = before?.get(file.path);
      const isSame = known?.bytes === file.bytes && known.modifiedMs === file.modifiedMs;
      let contents = isSame ? known.contents : null;
      try {
        contents ??= await options.inspect(file, signal);
      } catch (error) {
        signal?.throwIfAborted();
        problems.push({ file: file.path, problem: reasonOf(error) });
      }
      for (const problem of contents?.notes ?? []) problems.push({ file: file.path, problem });
      found.push({ ...file, contents });
    }
    const nowMs = clock.now();
    await memory.keep(found, nowMs);
    const files: DatasetFile[] = found.flatMap(({ contents, ...file }) =>
      contents ? [{ ...file, fingerprint: contents.fingerprint, parts: contents.parts }] : [],
    );
    const named = problems.slice(0, MOST_PROBLEMS);
    const more = problems.length - named.length;
    if (more > 0) named.push({ file: from, problem: say('more_problems', { count: more }) });
    const summary: DatasetSummary = {
      ...{ name, kind, title, from },
      files: found.length,
      bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: found.reduce((sum, { contents }) => sum + (contents?.rows ?? 0), 0),
      days: daysOfParts({ files, calendar, limits }),
      changes: memory.changes().map(({ file, what }) => ({ file, what })),
      lookedAtMs: nowMs,
      problems: named,
    };
    return { summary, files, reading };
  };

  /** The file as it is now: written again it may be, with other contents not. */
  const asLookedAt = async (file: DatasetFile, signal?: AbortSignal) => {
    const now = await stateOf(file.path);
    const known = memory.files()?.get(file.path)?.contents ?? null;
    if (now.bytes === file.bytes && now.modifiedMs === file.modifiedMs) {
      return { now: file, contents: known?.fingerprint === file.fingerprint ? known : null };
    }
    const contents = await options.inspect({ path: file.path, ...now }, signal).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw changedError(file.path, reasonOf(cause));
    });
    if (contents.fingerprint !== file.fingerprint) throw changedError(file.path, differenceOf(file, now));
    return { now: { ...file, ...now }, contents };
  };

  return {
    name,
    look({ signal } = {}) {
      // One after the other, as each is compared with the one before.
      const mine = last.then(() => lookOnce(signal));
      last = mine.catch(() => undefined);
      return mine;
    },
    async ready(files, { signal, onProgress } = {}) {
      const paths: string[] = [];
      let rows = 0;
      for (const file of files) {
        signal?.throwIfAborted();
        const { now, contents } = await asLookedAt(file, signal);
        paths.push(await options.pathOf(now, { contents, signal }));
        rows += file.parts.reduce((sum, part) => sum + part.rows, 0);
        onProgress?.({ files: paths.length, rows });
      }
      return { paths: [...new Set(paths)], release: async () => undefined };
    },
    async preview() {
      const { files } = await options.list();
      return options.previewOf(files[0] ?? null);
    },
  };
}

type FileState = Pick<ListedFile, 'bytes' | 'modifiedMs'>;

async function stateOf(path: string): Promise<FileState> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw goneError(path);
    throw error;
  });
  return { bytes: status.size, modifiedMs: status.mtimeMs };
}

/** @throws GmvError `dataset_gone` or `dataset_changed` where a file was written to since it was looked at. */
export async function refuseChanged(file: ListedFile): Promise<void> {
  const now = await stateOf(file.path);
  if (now.bytes === file.bytes && now.modifiedMs === file.modifiedMs) return;
  throw changedError(file.path, differenceOf(file, now));
}

function differenceOf(was: FileState, is: FileState): string {
  const text = ({ bytes, modifiedMs }: FileState): string =>
    `${bytes} bytes of ${new Date(modifiedMs).toISOString()}`;
  return say('file_was', { was: text(was), now: text(is) });
}

export const goneError = (path: string): GmvError =>
  new GmvError('dataset_gone', say('file_gone', { file: path }), say('put_back'));

export const changedError = (path: string, what: string): GmvError =>
  new GmvError('dataset_changed', say('file_changed', { file: path, what }), say('estimate_again'));
