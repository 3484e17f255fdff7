import type { IdColumn } from '../events/event-batch.ts';
import { type CountTable, countInDay, countInHour, reserveCounts } from '../state/count-table.ts';
import { type DistinctTable, REC_HOURS, REC_KEYS, REC_MINUTE } from '../state/distinct-table.ts';
import { type IdTable, recordOf, reserveIds } from '../state/id-table.ts';
import { addPairHour, touchPair } from '../state/pair-table.ts';

/** Events that the metric's predicate lets through, by position 0 … length−1. */
export interface CountDistinctInput {
  readonly ids: IdColumn;
  /** Where each event's id stands in `ids`. */
  readonly rows: Int32Array;
  readonly length: number;
  readonly minute: Uint16Array;
  readonly hour: Uint16Array;
  /** Local hour of each hour slot of the day. */
  readonly hourOfDay: readonly number[];
  /** For each axis of the table the key number by position, and how many keys there are. */
  readonly axes: readonly { readonly keys: Int32Array; readonly keyCount: number }[];
  readonly scratch: CountDistinctScratch;
}

/** Room for as many positions as there are events. */
export interface CountDistinctScratch {
  /** Events with an id: their positions, and the offsets of their ids' records. */
  readonly positions: Int32Array;
  readonly records: Int32Array;
  readonly pending: Int32Array;
}

/** Counts the ids of the events, each once per day, hour, key and hour of key. Null ids are not counted. */
export function countDistinct(table: DistinctTable, input: CountDistinctInput): void {
  const { scratch, hour } = input;
  const kept = countIds(table, input);
  for (let axis = 0; axis < table.byAxis.length; axis++) {
    const { keys, keyCount } = input.axes[axis]!;
    const counts = table.byAxis[axis]!;
    reserveCounts(counts, keyCount);
    countKeys(table, axis, counts, keys, hour, kept, scratch);
  }
}

/** Finds each event's record and counts it for the total; returns how many events have an id. */
function countIds(table: DistinctTable, input: CountDistinctInput): number {
  const { rows, length, minute, hour, hourOfDay } = input;
  const { positions, records: recordAt } = input.scratch;
  const { hi, lo } = input.ids;
  const { ids, total, byHourOfDay, newIdsByMinute } = table;
  reserveIds(ids, length);
  ids.touched = touch(ids, input.ids, rows, length);
  const { records, lent, stride } = ids;
  const hourBits = byHourOfDay ? bitsByHourOfDay(hourOfDay) : null;
  let kept = 0;
  let lastHi = 0;
  let lastLo = 0;
  let record = 0;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    const idHi = hi[row]!;
    const idLo = lo[row]!;
    if ((idHi | idLo) === 0) continue;
    if (idHi !== lastHi || idLo !== lastLo) {
      record = recordOf(ids, idHi, idLo);
      if (lent !== null) lent.keep(record, record + stride);
      lastHi = idHi;
      lastLo = idLo;
    }
    positions[kept] = i;
    recordAt[kept++] = record;
    const slot = hour[i]!;
    const hours = records[record + REC_HOURS]!;
    if (newIdsByMinute !== null) {
      const at = minute[i]!;
      const earliest = records[record + REC_MINUTE]!;
      if (hours === 0 || at < earliest) {
        if (hours !== 0) newIdsByMinute[earliest]!--;
        newIdsByMinute[at]!++;
        records[record + REC_MINUTE] = at;
        table.curveChanged = true;
      }
    }
    const bit = 1 << slot;
    if ((hours & bit) !== 0) continue;
    records[record + REC_HOURS] = hours | bit;
    countInHour(total, 0, slot);
    if (hours === 0) countInDay(total, 0);
    if (byHourOfDay !== null && hourBits !== null) {
      const local = hourOfDay[slot]!;
      countInHour(byHourOfDay, local, slot);
      if ((hours & hourBits[local]!) === 0) countInDay(byHourOfDay, local);
    }
  }
  return kept;
}

/**
 * Reads index entry and record of every row's id before any is needed, so that cache misses overlap. The result is
 * only there to be kept, so that the compiler keeps the reads.
 */
function touch(
  { index, mask, records, stride }: IdTable,
  ids: IdColumn,
  rows: Int32Array,
  length: number,
): number {
  const { lo } = ids;
  let seen = 0;
  for (let i = 0; i < length; i++) seen |= index[(lo[rows[i]!]! & mask) * 2 + 1]!;
  for (let i = 0; i < length; i++) {
    const number = index[(lo[rows[i]!]! & mask) * 2 + 1]!;
    if (number !== 0) seen |= records[(number - 1) * stride]!;
  }
  return seen;
}

/** Local hour → its hour slots as bits: two where clocks go back. */
function bitsByHourOfDay(hourOfDay: readonly number[]): Uint32Array {
  const bits = new Uint32Array(24);
  for (let slot = 0; slot < hourOfDay.length; slot++) bits[hourOfDay[slot]!]! |= 1 << slot;
  return bits;
}

function countKeys(
  table: DistinctTable,
  axis: number,
  counts: CountTable,
  keys: Int32Array,
  hour: Uint16Array,
  length: number,
  { positions, records: recordAt, pending }: CountDistinctScratch,
): void {
  const { pairs } = table;
  const { records, stride } = table.ids;
  const axes = table.byAxis.length;
  const lane = REC_KEYS + 2 * axis;
  let further = 0;
  for (let at = 0; at < length; at++) {
    const i = positions[at]!;
    const record = recordAt[at]! + lane;
    const key = keys[i]!;
    const first = records[record]!;
    if (first !== 0 && first !== key + 1) {
      pending[further++] = at;
      continue;
    }
    const slot = hour[i]!;
    const bit = 1 << slot;
    const before = records[record + 1]!;
    if ((before & bit) !== 0) continue;
    records[record] = key + 1;
    records[record + 1] = before | bit;
    countInHour(counts, key, slot);
    if (before === 0) countInDay(counts, key);
  }
  for (let next = 0; next < further; next++) {
    const at = pending[next]!;
    touchPair(pairs, (recordAt[at]! / stride) | 0, keys[positions[at]!]! * axes + axis);
  }
  for (let next = 0; next < further; next++) {
    const at = pending[next]!;
    const key = keys[positions[at]!]!;
    const slot = hour[positions[at]!]!;
    const bit = 1 << slot;
    const before = addPairHour(pairs, (recordAt[at]! / stride) | 0, key * axes + axis, bit);
    if ((before & bit) !== 0) continue;
    countInHour(counts, key, slot);
    if (before === 0) countInDay(counts, key);
  }
}
