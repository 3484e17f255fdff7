import type { WideIdColumn } from '../events/event-batch.ts';
import { CONFLICT, claim, type DedupTable, FRESH, reserveDedup, touchDedup } from '../state/dedup-table.ts';
import type { PayloadLanes } from './hash-payload.ts';

export interface DeduplicateInput {
  readonly eventId: WideIdColumn;
  readonly times: Float64Array;
  readonly payload: PayloadLanes;
  /** Rows of one day, and how many of them. */
  readonly rows: Int32Array;
  readonly length: number;
  readonly dayStartMs: number;
}

export interface DeduplicateOutput {
  /** Rows to apply, in the order of the input. */
  readonly rows: Int32Array;
  length: number;
  duplicates: number;
  conflicts: number;
}

/** Reports a conflict: the row, and where the event that holds its id stands in the table. */
export type OnConflict = (row: number, at: number) => void;

/** Lets each event id of the day through once; `out` is overwritten. */
export function deduplicate(
  table: DedupTable,
  input: DeduplicateInput,
  out: DeduplicateOutput,
  onConflict: OnConflict,
): void {
  const { rows, length, times, dayStartMs } = input;
  const { hi, lo } = input.payload;
  const [id0, id1, id2, id3] = input.eventId;
  const fresh = out.rows;
  let applied = 0;
  let duplicates = 0;
  let conflicts = 0;
  reserveDedup(table, length);
  touchDedup(table, id0, rows, length);
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    const inDay = times[row]! - dayStartMs;
    const verdict = claim(table, id0[row]!, id1[row]!, id2[row]!, id3[row]!, hi[row]!, lo[row]!, inDay);
    if (verdict === FRESH) fresh[applied++] = row;
    else if (verdict === CONFLICT) {
      conflicts++;
      onConflict(row, table.at);
    } else duplicates++;
  }
  out.length = applied;
  out.duplicates = duplicates;
  out.conflicts = conflicts;
}
