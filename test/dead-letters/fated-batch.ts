import { DISPOSITIONS, type Disposition, type RowFates } from '../../engine/events/disposition.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import { createRecordBatch, type RecordBatch } from '../../engine/events/record-batch.ts';
import { NO_TEXT, reserveTexts } from '../../engine/events/record-columns.ts';

/** A record and what became of it. */
export interface FatedRecord {
  readonly offset: number;
  /** Null: a tombstone. */
  readonly value: string | Uint8Array | null;
  readonly fate?: Disposition;
  /** Of a rejected one. */
  readonly reason?: string;
  readonly eventId?: string | null;
  readonly recordTimeMs?: number;
}

/** A batch of records as a source and the pipeline leave it to those who keep some; columns of events are empty. */
export function fatedBatch(rows: readonly FatedRecord[]): { batch: RecordBatch; fates: RowFates } {
  const batch = createRecordBatch(ORDER_SCHEMA, rows.length);
  const { records, recordTimeMs } = batch;
  const reasons = [...new Set(['', ...rows.map(({ reason = '' }) => reason)])];
  const fates = {
    disposition: new Uint8Array(rows.length),
    reason: new Uint16Array(rows.length),
    reasons,
  };
  const put = (spans: { start: Uint32Array; end: Uint32Array }, row: number, text: FatedRecord['value']) => {
    if (text === null) {
      spans.start[row] = NO_TEXT;
      return;
    }
    const bytes = Buffer.from(text);
    reserveTexts(records.texts, bytes.length);
    records.texts.bytes.set(bytes, records.texts.length);
    spans.start[row] = records.texts.length;
    records.texts.length += bytes.length;
    spans.end[row] = records.texts.length;
  };
  rows.forEach(({ offset, value, fate = 'rejected', reason = '', eventId = null, ...row }, i) => {
    put(records.value, i, value);
    put(records.ids.event_id!, i, eventId);
    records.offset[i] = offset;
    recordTimeMs[i] = row.recordTimeMs ?? 1_700_000_000_000 + offset;
    fates.disposition[i] = DISPOSITIONS.indexOf(fate);
    fates.reason[i] = reasons.indexOf(reason);
  });
  batch.length = rows.length;
  return { batch, fates };
}
