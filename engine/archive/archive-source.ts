import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GmvError } from '../errors.ts';
import { createDictionary, type Dictionaries } from '../events/dictionary.ts';
import { DISPOSITIONS, type RowFates } from '../events/disposition.ts';
import { columnOf, type EventBatch } from '../events/event-batch.ts';
import type { Schema } from '../events/order-schema.ts';
import { openParquetFile } from '../sources/parquet/open-file.ts';
import { readRowGroup } from '../sources/parquet/read-row-group.ts';
import type { Source } from '../sources/source.ts';
import { DISPOSITION, RECORD_PARTITION, RECORD_SCHEMA, REJECT_REASON } from './archive-columns.ts';
import type { ArchiveFile, ArchivePart } from './archive-part.ts';
import { pickRows } from './pick-rows.ts';

export interface ArchiveSourceOptions {
  /** Of the checkpoint whose archive it is. */
  readonly part: ArchivePart;
  readonly folder: string;
  readonly schema: Schema;
  /** Names of the schema's columns to read. */
  readonly columns: readonly string[];
  readonly dictionaries: Dictionaries;
  /** Files to read; default: all. Those of a business day say so, and each tells the range of its event times. */
  readonly include?: (file: ArchiveFile) => boolean;
  readonly batchCapacity?: number;
}

/** The columns read besides the event's. */
const BESIDES: Schema = RECORD_SCHEMA.filter(({ kind }) => kind === 'category');

/**
 * What live consumed, as a bounded source: every row of the files that a checkpoint names, each batch of one partition
 * (as live called it) with what became of its rows. Rows come day by day, and not in the order of their offsets;
 * `nextOffset` counts rows.
 *
 * @throws GmvError `archive_missing` for a file that is gone or of another size, and those of `openParquetFile` and
 * `readRowGroup`.
 */
export function createArchiveSource(options: ArchiveSourceOptions): Source {
  const positions = readAll(options);
  let rows = 0;
  return {
    name: 'archive',
    bounded: true,
    async poll() {
      const next = await positions.next();
      if (next.done) return { kind: 'end' };
      const { batch, partition, recorded } = next.value;
      rows += batch.length;
      return { kind: 'batch', batch, partition, nextOffset: String(rows), replaying: true, recorded };
    },
    async close() {
      await positions.return(undefined);
    },
  };
}

interface ArchivedBatch {
  readonly batch: EventBatch;
  readonly partition: string;
  readonly recorded: RowFates;
}

async function* readAll(options: ArchiveSourceOptions): AsyncGenerator<ArchivedBatch, void> {
  const { part, folder, batchCapacity, include = () => true } = options;
  const own = BESIDES.map(({ name }) => [name, createDictionary(name, Number.POSITIVE_INFINITY)] as const);
  const texts: Dictionaries = Object.fromEntries(own);
  const schema = [...options.schema, ...BESIDES];
  const columns = [...options.columns, ...BESIDES.map(({ name }) => name)];
  const dictionaries = { ...options.dictionaries, ...texts };
  for (const { name, bytes } of part.files.filter(include)) {
    const path = join(folder, name);
    await checkSize(path, bytes);
    const file = await openParquetFile(path, schema, columns);
    try {
      for (const { index } of file.rowGroups) {
        const reading = { file, group: index, schema, columns, dictionaries, batchCapacity };
        for await (const batch of readRowGroup(reading)) yield* byPartition(batch, texts, path);
      }
    } finally {
      await file.close();
    }
  }
}

/** The rows of each partition as a batch of their own, in order. */
function* byPartition(batch: EventBatch, texts: Dictionaries, path: string): Generator<ArchivedBatch> {
  const partitions = columnOf(batch.categories, RECORD_PARTITION);
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < batch.length; row++) {
    const rows = rowsOf.get(partitions[row]!);
    if (rows) rows.push(row);
    else rowsOf.set(partitions[row]!, [row]);
  }
  for (const [code, rows] of rowsOf) {
    const partition = columnOf(texts, RECORD_PARTITION).valueOf(code);
    if (partition === null) throw damaged(path, 'a row without a partition');
    const its = rowsOf.size === 1 ? batch : pickRows(batch, Uint32Array.from(rows));
    yield { batch: its, partition, recorded: fatesOf(its, texts, path) };
  }
}

function fatesOf({ categories, length }: EventBatch, texts: Dictionaries, path: string): RowFates {
  const became = columnOf(texts, DISPOSITION);
  const reasons = columnOf(texts, REJECT_REASON);
  const codes = columnOf(categories, DISPOSITION);
  const known = new Map<string | null, number>(DISPOSITIONS.map((name, fate) => [name, fate]));
  const fateOf = Int8Array.from({ length: became.size }, (_, code) => known.get(became.valueOf(code)) ?? -1);
  const disposition = new Uint8Array(length);
  for (let row = 0; row < length; row++) {
    const fate = fateOf[codes[row]!] ?? -1;
    if (fate < 0) throw damaged(path, 'a row of which it does not say what became of it');
    disposition[row] = fate;
  }
  return {
    disposition,
    reason: Uint16Array.from(columnOf(categories, REJECT_REASON).subarray(0, length)),
    reasons: Array.from({ length: reasons.size }, (_, code) => reasons.valueOf(code) ?? ''),
  };
}

async function checkSize(path: string, bytes: number): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found?.size === bytes) return;
  throw new GmvError(
    'archive_missing',
    `${path} ${found ? `has ${found.size} bytes, not ${bytes}` : 'is gone'}`,
    'Restore it from a copy, or begin anew from Kafka.',
  );
}

const damaged = (path: string, what: string): GmvError =>
  new GmvError('archive_damaged', `${path} has ${what}`, 'Restore it from a copy, or begin anew from Kafka.');
