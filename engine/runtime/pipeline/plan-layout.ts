import type { Plan, PlanRollup } from '../../plan/plan.ts';

/** A sum over a column (or a count, without one) of the events that a predicate lets through. */
export interface Lane {
  readonly column: string | null;
  readonly predicate: number;
}

/** How the runtime lays a plan out: equal aggregates and dimensions once, whatever number of rollups name them. */
export interface PlanLayout {
  /** Category columns that rollups group by. */
  readonly axes: readonly { readonly column: string }[];
  readonly lanes: readonly Lane[];
  /** For each lane a metric that it is, and a rollup that keeps it: for errors. */
  readonly laneNames: readonly { readonly metric: string; readonly rollup: string }[];
  readonly sets: readonly SetLayout[];
  readonly rollups: readonly RollupLayout[];
}

/** One distinct count: ids of a column where a predicate holds. */
export interface SetLayout {
  readonly column: string;
  readonly predicate: number;
  /** Indexes into `PlanLayout.axes`, in the order of the table's axes. */
  readonly axes: readonly number[];
  readonly hourOfDay: boolean;
  readonly cumulative: boolean;
}

export type Grouping =
  | { readonly kind: 'total' }
  | { readonly kind: 'hour_of_day' }
  | { readonly kind: 'axis'; readonly axis: number };

export interface RollupLayout {
  readonly name: string;
  readonly slice: 'minute' | 'hour';
  readonly grouping: Grouping;
  readonly identity: boolean;
  readonly cumulative: boolean;
  /** Names of its additive metrics, and the table lane of each. */
  readonly additive: readonly { readonly metric: string; readonly lane: number }[];
  /** Which of `PlanLayout.lanes` the table's lanes are. */
  readonly lanes: Int32Array;
  /** Its distinct metrics: the set and, when grouped by a column, the set's own number of that axis. */
  readonly distinct: readonly { readonly metric: string; readonly set: number; readonly setAxis: number }[];
}

/** The position of an equal item, appended where there is none. */
function intern<T>(list: T[], item: T, same: (a: T) => boolean): number {
  const known = list.findIndex(same);
  return known >= 0 ? known : list.push(item) - 1;
}

/** Lays out a plan. */
export function layOutPlan(plan: Plan): PlanLayout {
  const axes: { column: string }[] = [];
  const lanes: Lane[] = [];
  const laneNames: { metric: string; rollup: string }[] = [];
  const sets: (SetLayout & { axes: number[]; hourOfDay: boolean; cumulative: boolean })[] = [];

  const groupingOf = ({ by }: PlanRollup): Grouping => {
    const dimension = plan.dimensions.find(({ name }) => name === by);
    if (!dimension) return { kind: 'total' };
    if ('derived' in dimension) return { kind: 'hour_of_day' };
    const { column } = dimension;
    return { kind: 'axis', axis: intern(axes, { column }, (axis) => axis.column === column) };
  };

  const rollups = plan.rollups.map((rollup): RollupLayout => {
    const grouping = groupingOf(rollup);
    const own: number[] = [];
    const additive = pick(plan.additive, rollup.additive).map(({ metric, column, predicate }) => {
      const lane = intern(
        lanes,
        { column, predicate },
        (l) => l.column === column && l.predicate === predicate,
      );
      laneNames[lane] ??= { metric, rollup: rollup.name };
      return { metric, lane: intern(own, lane, (known) => known === lane) };
    });
    const distinct = pick(plan.distinct, rollup.distinct).map(({ metric, column, predicate }) => {
      const set = intern(
        sets,
        { column, predicate, axes: [], hourOfDay: false, cumulative: false },
        (known) => known.column === column && known.predicate === predicate,
      );
      const layout = sets[set]!;
      layout.cumulative ||= rollup.cumulative;
      layout.hourOfDay ||= grouping.kind === 'hour_of_day';
      const setAxis =
        grouping.kind === 'axis' ? intern(layout.axes, grouping.axis, (axis) => axis === grouping.axis) : -1;
      return { metric, set, setAxis };
    });
    const { name, slice, identity, cumulative } = rollup;
    return { name, slice, grouping, identity, cumulative, additive, lanes: Int32Array.from(own), distinct };
  });
  return { axes, lanes, laneNames, sets, rollups };
}

function pick<T>(list: readonly T[], indexes: readonly number[]): T[] {
  return indexes.map((index) => {
    const found = list[index];
    if (found === undefined) throw new Error(`the plan names entry ${index} of ${list.length}`);
    return found;
  });
}
