import type { AssignedDays } from '../../operators/assign-day.ts';
import type { CountDistinctScratch } from '../../operators/count-distinct.ts';
import type { DeduplicateOutput } from '../../operators/deduplicate.ts';
import { createMaskGroups, type MaskGroups } from '../../operators/group-by-mask.ts';
import type { PayloadLanes } from '../../operators/hash-payload.ts';
import type { PlanLayout } from './plan-layout.ts';

/** What operators hand on to one another within a batch; allocated once and overwritten by every batch. */
export interface BatchScratch extends AssignedDays {
  readonly capacity: number;
  readonly verdicts: Uint16Array;
  readonly payload: PayloadLanes;
  readonly masks: Int32Array;
  /** The next accepted row of the same day; −1 at the end. */
  readonly next: Int32Array;
  /** Accepted rows of the day at hand. */
  readonly accepted: Int32Array;
  readonly fresh: DeduplicateOutput;
  readonly groups: MaskGroups;
  /** The events of the group at hand, by position. */
  readonly group: GroupScratch;
}

export interface GroupScratch {
  readonly rows: Int32Array;
  readonly minute: Uint16Array;
  readonly hour: Uint16Array;
  readonly hourOfDay: Int32Array;
  /** Key numbers, for each axis. */
  readonly keys: readonly Int32Array[];
  /** Values of each lane that adds up a column. */
  readonly values: readonly Float64Array[];
  readonly cells: Int32Array;
  readonly distinct: CountDistinctScratch;
}

/** Allocates scratch for batches of up to `capacity` rows. */
export function createBatchScratch(layout: PlanLayout, capacity: number): BatchScratch {
  const ints = (): Int32Array => new Int32Array(capacity);
  return {
    capacity,
    day: ints(),
    minute: new Uint16Array(capacity),
    hour: new Uint16Array(capacity),
    verdicts: new Uint16Array(capacity),
    payload: { hi: new Uint32Array(capacity), lo: new Uint32Array(capacity) },
    masks: ints(),
    next: ints(),
    accepted: ints(),
    fresh: { rows: ints(), length: 0, duplicates: 0, conflicts: 0 },
    groups: createMaskGroups(capacity),
    group: {
      rows: ints(),
      minute: new Uint16Array(capacity),
      hour: new Uint16Array(capacity),
      hourOfDay: ints(),
      keys: layout.axes.map(ints),
      values: layout.lanes.map(({ column }) => new Float64Array(column === null ? 0 : capacity)),
      cells: ints(),
      distinct: { positions: ints(), records: ints(), pending: ints() },
    },
  };
}
