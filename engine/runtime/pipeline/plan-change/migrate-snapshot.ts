import { createBusinessCalendar } from '../../../calendar/business-calendar.ts';
import { columnOf } from '../../../events/event-batch.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { PipelineSnapshot } from '../pipeline-snapshot.ts';
import { carryDay } from './carry-day.ts';
import { matchLayouts } from './match-layouts.ts';
import { nameLimitChanges, namePlanChanges, type PlanChanges } from './name-plan-changes.ts';
import { refusePlanChange } from './refuse-plan-change.ts';

export interface MigratedSnapshot extends PlanChanges {
  /** Of the new plan. It took the arrays of the old one over. */
  readonly snapshot: PipelineSnapshot;
  /** Business days that were open: what begins is there from `sinceMs` on only. `2010-12-01` */
  readonly days: readonly string[];
  /** Latest event time at the change; epoch ms, null before the first event. */
  readonly sinceMs: number | null;
  /** For people: what begins, and from when, what ends, what is decided otherwise from now on. */
  readonly notes: readonly string[];
}

/**
 * Takes the state of one plan over into another. What means the same goes on with its state, whatever it is called; what
 * is new begins now; what is gone goes. Plans that differ in texts alone differ in nothing here. What began with an
 * earlier change is not named again, though a rollup that is new may go on from it: tell of those until their days are
 * over.
 *
 * @throws GmvError `plan_change` that names changes by which events that were taken would be decided otherwise.
 */
export function migrateSnapshot(snapshot: PipelineSnapshot, fromPlan: Plan, toPlan: Plan): MigratedSnapshot {
  refusePlanChange(fromPlan, toPlan);
  const match = matchLayouts(fromPlan, toPlan);
  const calendar = createBusinessCalendar(toPlan.timeZone);
  const trackChanges = snapshot.mode === 'live';
  const days = snapshot.days.map((day) =>
    carryDay({ snapshot: day, day: calendar.dayOfIndex(day.index), match, trackChanges }),
  );
  const categories = toPlan.schema.filter(({ kind }) => kind === 'category').map(({ name }) => name);
  const dictionaries = Object.fromEntries(
    categories.map((name) => [name, columnOf(snapshot.dictionaries, name)]),
  );
  const changes = namePlanChanges(match);
  const labels = days.filter(({ tables }) => tables).map(({ index }) => calendar.dayOfIndex(index).label);
  const sinceMs = snapshot.dataToMs;
  return {
    snapshot: { ...snapshot, plan: toPlan.fingerprint, dictionaries, days },
    ...changes,
    days: labels,
    sinceMs,
    notes: [...notesOf(changes, labels, sinceMs), ...nameLimitChanges(fromPlan, toPlan)],
  };
}

function notesOf(
  { beginnings, endings }: PlanChanges,
  days: readonly string[],
  sinceMs: number | null,
): string[] {
  const since = sinceMs === null ? 'now' : new Date(sinceMs).toISOString();
  const partial = days.length > 0 ? `: of ${days.join(', ')} it holds only what came after` : '';
  return [
    ...beginnings.map(
      ({ rollup, metrics }) => `Rollup ${rollup} keeps ${metrics.join(', ')} from ${since} on${partial}`,
    ),
    ...endings.map(({ rollup, metrics }) => `Rollup ${rollup} keeps ${metrics.join(', ')} no more`),
  ];
}
