import { isAscii, isUtf8 } from 'node:buffer';
import { NULL_CODE } from '../events/dictionary.ts';
import { columnOf } from '../events/event-batch.ts';
import { NO_TEXT } from '../events/record-columns.ts';
import { type ArchiveColumns, RECORD_TIME } from './archive-columns.ts';
import { LOST, type RowBlock } from './row-block.ts';

/** Which event times belong to a business day; of the plan's limits. */
export interface TimeLimits {
  readonly minEventTimeMs: number;
  /** Exclusive. */
  readonly maxEventTimeMs: number;
  /** An event time further ahead of its record's is not believed. */
  readonly futureBoundMs: number;
}

/**
 * Makes nulls of values that a Parquet column can't hold or that have no text any more. The row was rejected for them
 * (its bytes are a dead letter), and so that a replay rejects it, too, whatever column it was, its event id becomes
 * null as well. An event time that the record's own denies becomes null, because a replay knows no record's time.
 */
export function createScreenRows(columns: ArchiveColumns, limits: TimeLimits) {
  const lost = { rows: new Uint8Array(0) };

  return (block: RowBlock): void => {
    const { length } = block;
    if (lost.rows.length < length) lost.rows = new Uint8Array(length);
    const { rows } = lost;
    rows.fill(0, 0, length);
    for (const name of columns.numbers) screenNumbers(columnOf(block.numbers, name), length, rows);
    for (const name of columns.coded) screenCodes(columnOf(block.codes, name), length, rows);
    const ascii = isAscii(block.bytes.subarray(0, block.bytesUsed));
    for (const name of columns.ids) {
      const { start, end } = columnOf(block.ids, name);
      for (let row = 0; row < length; row++) if (start[row] === NO_TEXT && end[row] === LOST) rows[row] = 1;
      if (!ascii) screenTexts(block, name, rows);
    }
    const { start } = columnOf(block.ids, columns.uniqueId);
    for (let row = 0; row < length; row++) if (rows[row] === 1) start[row] = NO_TEXT;
    const times = columnOf(block.numbers, 'event_time');
    const recordTimes = columnOf(block.numbers, RECORD_TIME);
    for (let row = 0; row < length; row++) {
      if (times[row]! > recordTimes[row]! + limits.futureBoundMs) times[row] = Number.NaN;
    }
  };
}

function screenNumbers(values: Float64Array, length: number, lost: Uint8Array): void {
  for (let row = 0; row < length; row++) {
    if (Number.isSafeInteger(values[row])) continue;
    if (!Number.isNaN(values[row])) lost[row] = 1;
    values[row] = Number.NaN;
  }
}

function screenCodes(codes: Int32Array, length: number, lost: Uint8Array): void {
  for (let row = 0; row < length; row++) {
    if (codes[row]! >= NULL_CODE) continue;
    codes[row] = NULL_CODE;
    lost[row] = 1;
  }
}

/** Readers take text columns for UTF-8, and some refuse a whole file that isn't. */
function screenTexts({ bytes, ids, length }: RowBlock, name: string, lost: Uint8Array): void {
  const { start, end } = columnOf(ids, name);
  for (let row = 0; row < length; row++) {
    if (start[row] === NO_TEXT || isUtf8(bytes.subarray(start[row], end[row]))) continue;
    start[row] = NO_TEXT;
    lost[row] = 1;
  }
}
