import { MessageChannel } from 'node:worker_threads';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { createDictionaries } from '../events/create-dictionaries.ts';
import type { Dictionaries } from '../events/dictionary.ts';
import { APPLIED, type RowFates } from '../events/disposition.ts';
import { appendEvent } from '../events/encode-event.ts';
import type { OrderEvent } from '../events/order-event.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { createRecordBatch, type RecordBatch } from '../events/record-batch.ts';
import { NO_TEXT, reserveTexts } from '../events/record-columns.ts';
import { DEFAULT_LIMITS } from '../plan/default-limits.ts';
import type { Plan } from '../plan/plan.ts';
import type { ArchiveWriterOptions } from './archive-writer.ts';
import { type ArchiveKeeper, type OpenArchiveOptions, openArchive } from './open-archive.ts';
import { serveArchive } from './serve-archive.ts';
import { createZstdPages } from './zstd-pages.ts';

/** For tests: archives whose writer runs in the same thread, behind a real port, and batches of records. */

export const ZONE = 'Asia/Shanghai';
/** Of records where a test says no other: 2026-11-23, 08:00 in that zone. */
export const RECORD_TIME_MS = Date.UTC(2026, 10, 23);

export interface OpenedArchive {
  readonly keeper: ArchiveKeeper;
  readonly dictionaries: Dictionaries;
  /** Ends the writing end, as when its thread dies. */
  breakDown(): void;
}

export async function openTestArchive(
  folder: string,
  options: Partial<OpenArchiveOptions> &
    Partial<Pick<ArchiveWriterOptions, 'retention' | 'fileRows' | 'merge'>> & {
      readonly plan?: Pick<Plan, 'limits' | 'timeZone'>;
    } = {},
): Promise<OpenedArchive> {
  const { retention = { days: null, bytes: null }, fileRows, merge, ...rest } = options;
  const { timeZone, limits } = options.plan ?? { timeZone: ZONE, limits: DEFAULT_LIMITS };
  const { port1, port2 } = new MessageChannel();
  const calendar = createBusinessCalendar(timeZone);
  const served = serveArchive({
    ...{ port: port2, folder, schema: ORDER_SCHEMA, calendar, retention, fileRows, merge, limits },
    codec: createZstdPages(),
  });
  served.catch(() => undefined);
  const dictionaries = rest.dictionaries ?? createDictionaries(ORDER_SCHEMA, 1e6);
  const keeper = await openArchive({
    port: port1,
    schema: ORDER_SCHEMA,
    dictionaries,
    named: null,
    sealedThrough: () => null,
    ...rest,
  });
  return { keeper, dictionaries, breakDown: () => port2.close() };
}

export interface RecordsOptions {
  readonly dictionaries: Dictionaries;
  readonly events: readonly OrderEvent[];
  readonly fromOffset: number;
  readonly recordTimeMs?: number;
}

/** Events as the records of one partition, one offset after the other, decoded. */
export function recordsOf(options: RecordsOptions): RecordBatch {
  const { dictionaries, events, fromOffset, recordTimeMs = RECORD_TIME_MS } = options;
  const batch = createRecordBatch(ORDER_SCHEMA, Math.max(1, events.length));
  const { records } = batch;
  const encoder = new TextEncoder();
  for (const [row, event] of events.entries()) {
    appendEvent(batch, ORDER_SCHEMA, dictionaries, event);
    batch.recordTimeMs[row] = recordTimeMs;
    records.offset[row] = fromOffset + row;
    for (const [name, { start, end }] of Object.entries(records.ids)) {
      const value = event[name] ?? null;
      const bytes = encoder.encode(value === null ? '' : String(value));
      reserveTexts(records.texts, bytes.length);
      records.texts.bytes.set(bytes, records.texts.length);
      start[row] = value === null ? NO_TEXT : records.texts.length;
      records.texts.length += bytes.length;
      end[row] = records.texts.length;
    }
  }
  return batch;
}

/** Everything was applied. */
export const allApplied = (length: number): RowFates => ({
  disposition: new Uint8Array(length).fill(APPLIED),
  reason: new Uint16Array(length),
  reasons: ['accepted'],
});
