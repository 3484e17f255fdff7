import type { PlanLayout } from './plan-layout.ts';

/** What the events of one mask are for, whatever else the plan keeps. */
export interface MaskLayout {
  /** Indexes into `PlanLayout.lanes`. */
  readonly lanes: readonly number[];
  /** Rollups that keep any of these lanes, by index, and where. */
  readonly rollups: readonly { readonly rollup: number; readonly addends: readonly LaneAddend[] }[];
  /** Indexes into `PlanLayout.sets`. */
  readonly sets: readonly number[];
}

/** Lane `from` of the layout is lane `to` of a rollup's table. */
export interface LaneAddend {
  readonly from: number;
  readonly to: number;
}

/** Finds, once per mask, which sums and distinct counts its events go into. */
export function createMaskLayouts(layout: PlanLayout): (mask: number) => MaskLayout {
  const known = new Map<number, MaskLayout>();
  return (mask) => {
    const found = known.get(mask);
    if (found) return found;
    const made = layoutOf(layout, mask);
    known.set(mask, made);
    return made;
  };
}

function layoutOf(layout: PlanLayout, mask: number): MaskLayout {
  const holds = ({ predicate }: { readonly predicate: number }): boolean => (mask & (1 << predicate)) !== 0;
  const lanes = layout.lanes.flatMap((lane, index) => (holds(lane) ? [index] : []));
  const rollups = layout.rollups.flatMap((rollup, index) => {
    const addends = lanes.flatMap((from) => {
      const to = rollup.lanes.indexOf(from);
      return to < 0 ? [] : [{ from, to }];
    });
    return addends.length > 0 ? [{ rollup: index, addends }] : [];
  });
  return { lanes, rollups, sets: layout.sets.flatMap((set, index) => (holds(set) ? [index] : [])) };
}
