import type { CountTableSnapshot } from '../../../state/count-table.ts';
import {
  type DistinctTableSnapshot,
  REC_HOURS,
  REC_KEYS,
  REC_MINUTE,
} from '../../../state/distinct-table.ts';
import type { IdTableSnapshot } from '../../../state/id-table.ts';
import { type PairTableSnapshot, TOLD } from '../../../state/pair-table.ts';
import type { SetLayout } from '../plan-layout.ts';
import type { Match } from './match-layouts.ts';

export interface CarrySet {
  /** The set as it was, and how many axes it had. */
  readonly before: DistinctTableSnapshot;
  readonly axesBefore: number;
  readonly to: SetLayout;
  /** For each axis of `to`, the earlier number of it. */
  readonly axes: readonly Match[];
  /** An empty set of `to`. */
  readonly empty: DistinctTableSnapshot;
  /** Local hour of each hour slot of the day. */
  readonly hourOfDay: readonly number[];
}

/**
 * A set of ids with other axes. Who was counted in which hour goes over whole, and hours of the day follow from that; an
 * axis or a curve that was not kept before begins with what comes.
 */
export function carrySet({
  before,
  axesBefore,
  to,
  axes,
  empty,
  hourOfDay,
}: CarrySet): DistinctTableSnapshot {
  const same = axes.length === axesBefore && axes.every((axis, i) => axis === i);
  const ids = same ? before.ids : carryIds(before.ids, axes);
  // A curve of a day that begins has counted nobody, whatever was known of minutes once.
  if (to.cumulative && !before.newIdsByMinute) forgetMinutes(ids);
  return {
    ids,
    pairs: same ? before.pairs : carryPairs(before.pairs, axesBefore, axes),
    byAxis: axes.map((axis, i) => (axis === null ? undefined : before.byAxis[axis]) ?? at(empty.byAxis, i)),
    total: before.total,
    byHourOfDay:
      to.hourOfDay && empty.byHourOfDay
        ? (before.byHourOfDay ?? countHoursOfDay(ids, empty.byHourOfDay, hourOfDay))
        : null,
    newIdsByMinute: to.cumulative ? (before.newIdsByMinute ?? empty.newIdsByMinute) : null,
  };
}

function forgetMinutes({ stride, records }: IdTableSnapshot): void {
  for (let record = 0; record < records.length; record += stride) records[record + REC_MINUTE] = 0;
}

/** Each id counts once per hour slot and once per local hour, which has two slots where clocks go back. */
function countHoursOfDay(
  { stride, records }: IdTableSnapshot,
  empty: CountTableSnapshot,
  hourOfDay: readonly number[],
): CountTableSnapshot {
  const counts = empty.counts.slice();
  for (let record = 0; record < records.length; record += stride) {
    const hours = records[record + REC_HOURS]!;
    let counted = 0;
    for (const [slot, local] of hourOfDay.entries()) {
      if ((hours & (1 << slot)) === 0) continue;
      counts[local * empty.stride + 1 + slot]!++;
      if ((counted & (1 << local)) === 0) counts[local * empty.stride]!++;
      counted |= 1 << local;
    }
  }
  return { ...empty, counts };
}

function carryIds({ stride, records }: IdTableSnapshot, axes: readonly Match[]): IdTableSnapshot {
  const size = records.length / stride;
  const wider = REC_KEYS + 2 * axes.length;
  const carried = new Uint32Array(size * wider);
  for (let id = 0; id < size; id++) {
    const [from, to] = [id * stride, id * wider];
    for (let lane = 0; lane < REC_KEYS; lane++) carried[to + lane] = records[from + lane]!;
    for (let axis = 0; axis < axes.length; axis++) {
      const old = axes[axis]!;
      if (old === null) continue;
      carried[to + REC_KEYS + 2 * axis] = records[from + REC_KEYS + 2 * old]!;
      carried[to + REC_KEYS + 2 * axis + 1] = records[from + REC_KEYS + 2 * old + 1]!;
    }
  }
  return { stride: wider, records: carried };
}

/** A pair's tag is key × axes + axis. */
function carryPairs(
  { pairs }: PairTableSnapshot,
  axesBefore: number,
  axes: readonly Match[],
): PairTableSnapshot {
  const carried = new Uint32Array(pairs.length);
  let to = 0;
  for (let from = 0; from < pairs.length; from += TOLD) {
    const tag = pairs[from + 1]!;
    const key = Math.floor(tag / axesBefore);
    const axis = axes.indexOf(tag - key * axesBefore);
    if (axis < 0) continue;
    carried[to] = pairs[from]!;
    carried[to + 1] = key * axes.length + axis;
    carried[to + 2] = pairs[from + 2]!;
    to += TOLD;
  }
  return { pairs: carried.slice(0, to) };
}

function at(counts: readonly CountTableSnapshot[], index: number): CountTableSnapshot {
  const found = counts[index];
  if (!found) throw new Error(`a set of ${counts.length} axes has no axis ${index}`);
  return found;
}
