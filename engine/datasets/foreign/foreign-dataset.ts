import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { GmvError } from '../../errors.ts';
import { fingerprint } from '../../plan/fingerprint.ts';
import type { Plan } from '../../plan/plan.ts';
import { say } from '../../protocol/sayings.ts';
import { openParquetFile } from '../../sources/parquet/open-file.ts';
import type { Dataset, DatasetFile } from '../dataset.ts';
import type { FieldMap } from '../field-map.ts';
import {
  changedError,
  createFilesDataset,
  type FilesDatasetOptions,
  refuseChanged,
} from '../files-dataset.ts';
import { type ListedFile, listFiles } from '../list-files.ts';
import { type FileContents, openLookMemory } from '../look-memory.ts';
import { previewRows } from '../preview-rows.ts';
import { convertForeignFile } from './convert-foreign-file.ts';
import { withDuckdb } from './duckdb-session.ts';
import { ENDINGS, type ForeignFormat } from './foreign-source.ts';
import { inspectForeignFile } from './inspect-foreign-file.ts';
import { type ForeignReading, openMapped, ownColumns } from './open-mapped.ts';
import { numbersRows, readFieldMap } from './read-field-map.ts';

export interface ForeignDatasetOptions
  extends Pick<FilesDatasetOptions, 'name' | 'title' | 'calendar' | 'clock'> {
  readonly patterns: readonly string[];
  readonly folder: string;
  /** Where it keeps what it knows, and the converted files. */
  readonly keptIn: string;
  readonly spill: string;
  readonly plan: Plan;
  readonly currencyDigits: number;
  readonly format: ForeignFormat;
  readonly delimiter?: string | undefined;
  /** A field map can be read by any runtime; a SELECT by DuckDB alone. */
  readonly reading: { readonly map: FieldMap } | { readonly select: string };
}

/** Version of how files are read: figures of another one are others. */
const READING_VERSION = 1;
/** Converted files that nobody asked for so long are removed; ms. */
const UNUSED_MS = 30 * 86_400_000;

/**
 * Other people's files. A look reads each new file once; `ready` writes it as Parquet in our columns, once for each
 * version of file and reading, and what replays it is the same pipeline that reads any Parquet.
 *
 * @throws GmvError `mapping`.
 */
export async function openForeignDataset(options: ForeignDatasetOptions): Promise<Dataset> {
  const { name, title, patterns, folder, keptIn, spill, plan, calendar, clock, format, delimiter } = options;
  const { schema, limits } = plan;
  const settings = options.reading;
  const isMapped = 'map' in settings;
  const columns = isMapped
    ? readFieldMap({ schema, map: settings.map, currencyDigits: options.currencyDigits })
    : ownColumns(schema);
  const reading: ForeignReading = { format, delimiter, columns, select: isMapped ? null : settings.select };
  const readingPrint = fingerprint({
    version: READING_VERSION,
    schema: schema.map(({ name: column, kind }) => [column, kind]),
    digits: options.currencyDigits,
    ...{ format, delimiter, settings },
  });
  const hasPlace = isMapped && numbersRows(columns);
  const idOf = (path: string): string => relative(folder, path).split(sep).join('/');
  await removeParts(keptIn);

  const inspect = async (file: ListedFile, signal?: AbortSignal): Promise<FileContents> => {
    const contents = await withDuckdb({ files: [file.path], spill, signal }, async (connection) => {
      const fileId = idOf(file.path);
      const query = await (await openMapped({ connection, reading, path: file.path, fileId })).query();
      return inspectForeignFile({ connection, query, ...file, schema, calendar, limits });
    }).catch((error) => Promise.reject(foreignError(file.path, error)));
    const print = await printOf(file.path, format, hasPlace ? idOf(file.path) : '');
    await refuseChanged(file);
    return { ...contents, fingerprint: print };
  };

  const convert = async (file: DatasetFile, rows: number, target: string, signal?: AbortSignal) => {
    const part = `${target}.${randomUUID()}.part`;
    const written = await withDuckdb({ files: [file.path, part], spill, signal }, async (connection) => {
      const fileId = idOf(file.path);
      const query = await (await openMapped({ connection, reading, path: file.path, fileId })).query();
      return convertForeignFile({ connection, query, path: file.path, rows, schema, part, target });
    }).catch((error) => Promise.reject(foreignError(file.path, error)));
    const difference = written === rows ? null : say('rows_were', { rows, now: written });
    await refuseChanged(file).catch(async (error) => {
      await rm(target, { force: true });
      throw error;
    });
    if (difference === null) return;
    await rm(target, { force: true });
    throw changedError(file.path, difference);
  };

  let last: Promise<unknown> = Promise.resolve();
  const pathOf: FilesDatasetOptions['pathOf'] = (file, { contents, signal }) => {
    // One after the other: two that want the same file share it.
    const mine = last.then(async () => {
      const target = join(keptIn, `${file.fingerprint.slice(0, 32)}-${readingPrint.slice(0, 16)}.parquet`);
      const isThere = await access(target).then(
        () => true,
        () => false,
      );
      await mkdir(keptIn, { recursive: true });
      if (!isThere) {
        const known = contents ?? (await inspect(file, signal));
        if (known.fingerprint !== file.fingerprint) throw changedError(file.path, say('contents_others'));
        await convert(file, known.rows, target, signal);
      }
      // The file's own time must stay: a replay would take it for another.
      await writeFile(`${target}.used`, '');
      await removeUnused(keptIn, clock.now());
      return target;
    });
    last = mine.catch(() => undefined);
    return mine;
  };

  return createFilesDataset({
    ...{ name, title, calendar, clock, limits, inspect, pathOf },
    kind: isMapped ? 'mapped' : 'select',
    from: patterns.join(', '),
    reading: readingPrint,
    memory: await openLookMemory(resolve(keptIn, 'look.json'), `${readingPrint} ${calendar.timeZone}`),
    list: () => listFiles({ patterns, folder, endings: ENDINGS[format] }),
    previewOf: (file) =>
      previewRows({ dataset: name, file, fileId: file ? idOf(file.path) : '', reading, plan, spill }),
  });
}

/** Of a Parquet file its footer tells enough; of others all bytes count. */
async function printOf(path: string, format: ForeignFormat, place: string): Promise<string> {
  const hash = createHash('sha256').update(`${place}\n`);
  if (format === 'parquet') {
    const file = await openParquetFile(path, [], []);
    hash.update(file.fingerprint);
    await file.close();
  } else {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

function foreignError(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof GmvError || error.name === 'AbortError') return error;
  const reason = error.message.split('\n')[0]?.replace(/\.\s*$/, '') ?? '';
  const what = reason.includes(path) ? reason : `${path}: ${reason}`;
  return new GmvError('foreign_file', what, say('correct_file'), {
    cause: error,
  });
}

/** What a crash left half written. */
async function removeParts(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (name.endsWith('.part')) await rm(join(folder, name), { force: true });
  }
}

async function removeUnused(folder: string, nowMs: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.parquet.used')) continue;
    const { mtimeMs } = await stat(join(folder, name));
    if (mtimeMs > nowMs - UNUSED_MS) continue;
    await rm(join(folder, name.slice(0, -'.used'.length)), { force: true });
    await rm(join(folder, name), { force: true });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
