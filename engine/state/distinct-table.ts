import {
  type CountTable,
  type CountTableSnapshot,
  clearCounts,
  createCountTable,
  restoreCounts,
  snapshotCounts,
} from './count-table.ts';
import {
  clearIds,
  createIdTable,
  type IdTable,
  type IdTableSnapshot,
  restoreIds,
  snapshotIds,
} from './id-table.ts';
import type { Holding, Lent } from './loan.ts';
import {
  clearPairs,
  createPairTable,
  type PairTable,
  type PairTableSnapshot,
  restorePairs,
  snapshotPairs,
} from './pair-table.ts';

/** Lanes of an id's record behind the id: its hours of the day as bits, its earliest minute, then two per axis. */
export const REC_HOURS = 2;
export const REC_MINUTE = 3;
/** Per axis: the first key that the id occurred with + 1, and its hours with that key as bits. */
export const REC_KEYS = 4;

/**
 * One exact distinct count over one day, for all rollups that keep it. An *axis* is a dimension. An id's first
 * key on each axis stands in its record, which mostly is one cache line; further keys are in the pair table
 * under the tag key × axes + axis.
 */
export interface DistinctTable {
  readonly ids: IdTable;
  readonly pairs: PairTable;
  readonly byAxis: readonly CountTable[];
  readonly total: CountTable;
  readonly byHourOfDay: CountTable | null;
  /** Per minute of the day, the ids whose earliest event lies in it; null where no rollup is cumulative. */
  readonly newIdsByMinute: Float64Array | null;
  /** The curve moved since it was last taken. */
  curveChanged: boolean;
}

export interface DistinctTableOptions {
  readonly axes: number;
  /** Hour slots and minute slots of the day. */
  readonly hours: number;
  readonly minutes: number;
  readonly cumulative: boolean;
  readonly hourOfDay: boolean;
  readonly trackChanges: boolean;
}

export interface DistinctTableSnapshot {
  readonly ids: IdTableSnapshot;
  readonly pairs: PairTableSnapshot;
  readonly byAxis: readonly CountTableSnapshot[];
  readonly total: CountTableSnapshot;
  readonly byHourOfDay: CountTableSnapshot | null;
  readonly newIdsByMinute: Float64Array | null;
}

/** Local hours that `byHourOfDay` has keys for. */
export const HOURS_OF_DAY = 24;

export function createDistinctTable(options: DistinctTableOptions): DistinctTable {
  const { axes, hours, minutes, trackChanges } = options;
  const byHourOfDay = options.hourOfDay ? createCountTable(hours, trackChanges) : null;
  if (byHourOfDay) byHourOfDay.counts = new Uint32Array(byHourOfDay.stride * HOURS_OF_DAY);
  return {
    ids: createIdTable(REC_KEYS + 2 * axes),
    pairs: createPairTable(),
    byAxis: Array.from({ length: axes }, () => createCountTable(hours, trackChanges)),
    total: createCountTable(hours, trackChanges),
    byHourOfDay,
    newIdsByMinute: options.cumulative ? new Float64Array(minutes) : null,
    curveChanged: false,
  };
}

/** Forgets everybody and keeps the room. */
export function clearDistinct(table: DistinctTable): void {
  clearIds(table.ids);
  clearPairs(table.pairs);
  for (const counts of table.byAxis) clearCounts(counts);
  clearCounts(table.total);
  if (table.byHourOfDay) clearCounts(table.byHourOfDay);
  table.newIdsByMinute?.fill(0);
  table.curveChanged = false;
}

export function snapshotDistinct(table: DistinctTable, holding: Holding): Lent<DistinctTableSnapshot> {
  return {
    ids: snapshotIds(table.ids, holding),
    pairs: snapshotPairs(table.pairs, holding),
    byAxis: table.byAxis.map((counts) => snapshotCounts(counts, holding)),
    total: snapshotCounts(table.total, holding),
    byHourOfDay: table.byHourOfDay && snapshotCounts(table.byHourOfDay, holding),
    newIdsByMinute: table.newIdsByMinute?.slice() ?? null,
  };
}

/** Everything in the restored table counts as changed. */
export function restoreDistinct(snapshot: DistinctTableSnapshot): DistinctTable {
  return {
    ids: restoreIds(snapshot.ids),
    pairs: restorePairs(snapshot.pairs),
    byAxis: snapshot.byAxis.map(restoreCounts),
    total: restoreCounts(snapshot.total),
    byHourOfDay: snapshot.byHourOfDay && restoreCounts(snapshot.byHourOfDay),
    newIdsByMinute: snapshot.newIdsByMinute?.slice() ?? null,
    curveChanged: snapshot.ids.records.length > 0,
  };
}
