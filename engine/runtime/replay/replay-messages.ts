import type { DayFigures } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PlannedFile } from './planned-file.ts';
import type { UnitReport } from './replay-unit.ts';
import type { ReplayUnit } from './replay-units.ts';

/** What a unit thread is started with. */
export interface UnitTask {
  readonly plan: Plan;
  readonly files: readonly PlannedFile[];
  readonly unit: ReplayUnit;
}

/** From a unit thread, besides what every thread says. Every `day` is answered; a few may be on their way. */
export type UnitMessage =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'day'; readonly figures: DayFigures }
  | { readonly kind: 'done'; readonly report: UnitReport };

/** To a unit thread: one day's figures were dealt with, or it is to end. */
export interface ToUnitThread {
  readonly kind: 'day-taken' | 'stop';
}

/** The buffers under a day's figures, to be moved between threads instead of copied. */
export function buffersOf({ rollups }: DayFigures): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const take = (array: { readonly buffer: ArrayBufferLike } | null): void => {
    if (array?.buffer instanceof ArrayBuffer) buffers.add(array.buffer);
  };
  for (const { cells, distinct } of rollups) {
    for (const array of [cells.key, cells.slot, ...cells.values]) take(array);
    for (const { hourly, daily, newIdsByMinute, identity } of distinct) {
      for (const array of [hourly.key, hourly.hour, hourly.count, daily.key, daily.count]) take(array);
      take(newIdsByMinute);
      for (const array of identity ? [identity.offsets, identity.hi, identity.lo] : []) take(array);
    }
  }
  return [...buffers];
}
