import { GmvError, reasonOf } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { say } from '../../protocol/sayings.ts';
import type { OpenFileBytes } from '../../sources/parquet/file-bytes.ts';
import { openParquetFile, type ParquetFile } from '../../sources/parquet/open-file.ts';

/** A file as it was when its replay was planned. Plain data, for it travels to threads. */
export interface PlannedFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly fingerprint: string;
}

/** What a later look at the file is held against. */
export const plannedFile = ({ path, bytes, modifiedMs, fingerprint }: ParquetFile): PlannedFile => ({
  path,
  bytes,
  modifiedMs,
  fingerprint,
});

export interface OpenPlannedFileOptions {
  readonly planned: PlannedFile;
  readonly plan: Plan;
  readonly openBytes?: OpenFileBytes;
}

/**
 * Opens a planned file again.
 *
 * @throws GmvError `parquet_changed` when it isn't the file that was planned with.
 */
export async function openPlannedFile(options: OpenPlannedFileOptions): Promise<ParquetFile> {
  const { planned, plan, openBytes } = options;
  const file = await openParquetFile(planned.path, plan.schema, plan.columns, openBytes).catch(
    (cause: unknown) => {
      const reason = reasonOf(cause);
      throw changed(planned.path, `it could be read before, now ${reason}`, cause);
    },
  );
  const difference =
    differenceOf(planned, file) ??
    (file.fingerprint === planned.fingerprint ? null : 'its footer is another');
  if (difference === null) return file;
  await file.close();
  throw changed(planned.path, difference);
}

/**
 * Looks whether an open file was written to since it was planned with; what was read before the call is then
 * of the planned file.
 *
 * @throws GmvError `parquet_changed`.
 */
export async function refuseIfChanged(file: ParquetFile, planned: PlannedFile): Promise<void> {
  const difference = differenceOf(planned, await file.currentState());
  if (difference !== null) throw changed(planned.path, difference);
}

function differenceOf(
  planned: PlannedFile,
  { bytes, modifiedMs }: { readonly bytes: number; readonly modifiedMs: number },
): string | null {
  if (bytes !== planned.bytes) return `it had ${planned.bytes} bytes, now ${bytes}`;
  if (modifiedMs === planned.modifiedMs) return null;
  return `it was last written at ${timeText(planned.modifiedMs)}, now ${timeText(modifiedMs)}`;
}

const timeText = (ms: number): string => new Date(ms).toISOString();

const changed = (path: string, what: string, cause?: unknown): GmvError =>
  new GmvError(
    'parquet_changed',
    say('changed_in_replay', { file: path, what: what.replace(/\.$/, '') }),
    say('replay_when_quiet'),
    { cause, retriable: true },
  );
