import type { IdColumn } from '../events/event-batch.ts';
import { type CountTable, countInDay, countInHour, reserveCounts } from '../state/count-table.ts';
import { type DistinctTable, REC_HOURS, REC_KEYS, REC_MINUTE } from '../state/distinct-table.ts';
import { type IdTable, recordOf, reserveIds } from '../state/id-table.ts';
import { addPairHour, touchPair } from '../state/pair-table.ts';

export interface CountDistinctInput {
  readonly ids: IdColumn;
  /** Rows that the metric's predicate lets through. */
  readonly rows: Int32Array;
  readonly length: number;
  readonly minute: Uint16Array;
  readonly hour: Uint16Array;
  /** Local hour of each hour slot of the day. */
  readonly hourOfDay: readonly number[];
  /** For each axis of the table the key number by row, and how many keys there are. */
  readonly axes: readonly { readonly keys: Int32Array; readonly keyCount: number }[];
  /** Room for as many positions as there are rows, twice. */
  readonly scratch: Int32Array;
  readonly pending: Int32Array;
}

/** Counts the ids of the rows, each once per day, hour, key and hour of key. Null ids are not counted. */
export function countDistinct(table: DistinctTable, input: CountDistinctInput): void {
  const { rows, scratch } = input;
  const kept = countIds(table, input);
  for (let axis = 0; axis < table.byAxis.length; axis++) {
    const { keys, keyCount } = input.axes[axis]!;
    reserveCounts(table.byAxis[axis]!, keyCount);
    countKeys(table, axis, table.byAxis[axis]!, keys, rows, scratch, input.pending, kept, input.hour);
  }
}

/**
 * Finds each row's record, counts it for the total and writes the record's offset to `scratch`; rows without
 * an id are squeezed out of `rows`. Returns how many are left.
 */
function countIds(table: DistinctTable, input: CountDistinctInput): number {
  const { rows, length, minute, hour, scratch, hourOfDay } = input;
  const { hi, lo } = input.ids;
  const { ids, total, byHourOfDay, newIdsByMinute } = table;
  reserveIds(ids, length);
  ids.touched = touch(ids, input.ids, rows, length);
  const { records } = ids;
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
      lastHi = idHi;
      lastLo = idLo;
    }
    rows[kept] = row;
    scratch[kept++] = record;
    const slot = hour[row]!;
    const hours = records[record + REC_HOURS]!;
    if (newIdsByMinute !== null) {
      const at = minute[row]!;
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
  rows: Int32Array,
  recordAt: Int32Array,
  pending: Int32Array,
  length: number,
  hour: Uint16Array,
): void {
  const { pairs } = table;
  const { records, stride } = table.ids;
  const axes = table.byAxis.length;
  const lane = REC_KEYS + 2 * axis;
  let further = 0;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    const at = recordAt[i]! + lane;
    const key = keys[row]!;
    const first = records[at]!;
    if (first !== 0 && first !== key + 1) {
      pending[further++] = i;
      continue;
    }
    const bit = 1 << hour[row]!;
    const before = records[at + 1]!;
    if ((before & bit) !== 0) continue;
    records[at] = key + 1;
    records[at + 1] = before | bit;
    countInHour(counts, key, hour[row]!);
    if (before === 0) countInDay(counts, key);
  }
  for (let at = 0; at < further; at++) {
    const i = pending[at]!;
    touchPair(pairs, (recordAt[i]! / stride) | 0, keys[rows[i]!]! * axes + axis);
  }
  for (let at = 0; at < further; at++) {
    const i = pending[at]!;
    const row = rows[i]!;
    const key = keys[row]!;
    const bit = 1 << hour[row]!;
    const before = addPairHour(pairs, (recordAt[i]! / stride) | 0, key * axes + axis, bit);
    if ((before & bit) !== 0) continue;
    countInHour(counts, key, hour[row]!);
    if (before === 0) countInDay(counts, key);
  }
}
