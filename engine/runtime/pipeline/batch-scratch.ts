import type { AssignedDays } from '../../operators/assign-day.ts';
import type { DeduplicateOutput } from '../../operators/deduplicate.ts';
import type { PayloadLanes } from '../../operators/hash-payload.ts';
import type { Contributions } from '../../operators/sum-cells.ts';
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
  readonly selected: Int32Array;
  readonly positions: Int32Array;
  readonly pending: Int32Array;
  /** Key number by row, for each axis. */
  readonly keys: readonly Int32Array[];
  readonly hourOfDay: Int32Array;
  readonly contributions: Contributions;
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
    selected: ints(),
    positions: ints(),
    pending: ints(),
    keys: layout.axes.map(ints),
    hourOfDay: ints(),
    contributions: {
      rows: ints(),
      length: 0,
      lanes: layout.lanes.length,
      values: new Float64Array(capacity * layout.lanes.length),
      absolute: new Float64Array(layout.lanes.length),
    },
  };
}
