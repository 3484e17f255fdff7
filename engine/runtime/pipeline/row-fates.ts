import { APPLIED, DUPLICATE, LATE, REJECTED, type RowFates } from '../../events/disposition.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import { ACCEPTED } from '../../operators/validate.ts';

/** What becomes of up to `capacity` rows; verdicts of validation are indexes into `reasons`. */
export function createRowFates(capacity: number, reasons: readonly string[]): RowFates {
  return { disposition: new Uint8Array(capacity), reason: new Uint16Array(capacity), reasons };
}

/** Begins a batch: rejected rows have their fate, all others are duplicates until something else is noted. */
export function noteVerdicts(
  fates: RowFates,
  { length, capacity }: EventBatch,
  verdicts: Uint16Array,
): RowFates {
  const room = fates.disposition.length >= length ? fates : createRowFates(capacity, fates.reasons);
  const { disposition, reason } = room;
  for (let row = 0; row < length; row++) {
    disposition[row] = verdicts[row] === ACCEPTED ? DUPLICATE : REJECTED;
    reason[row] = verdicts[row]!;
  }
  return room;
}

export function noteApplied({ disposition }: RowFates, rows: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) disposition[rows[i]!] = APPLIED;
}

export function noteLate({ disposition }: RowFates, rows: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) disposition[rows[i]!] = LATE;
}
