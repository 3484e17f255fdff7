import { type Catalogue, defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { addCounts, type Counts, zeroCounts } from '../../engine/events/counts.ts';
import { createDictionaries } from '../../engine/events/create-dictionaries.ts';
import { appendEvent } from '../../engine/events/encode-event.ts';
import { createEventBatch } from '../../engine/events/event-batch.ts';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { compilePlan } from '../../engine/plan/compile-plan.ts';
import type { Plan, PlanLimits } from '../../engine/plan/plan.ts';
import { createPipeline } from '../../engine/runtime/pipeline/create-pipeline.ts';
import type { Pipeline, PipelineOptions } from '../../engine/runtime/pipeline/pipeline.ts';
import { namedFigures, namedIdentity } from '../named-figures.ts';
import { CURRENCY, type GeneratedDays } from './generated-days.ts';

/** Compiled once, as thousands of cases ask for the same few. */
const plans = new Map<string, Plan>();

export function planOf(
  timeZone: string,
  limits: Partial<PlanLimits> = {},
  catalogue: Catalogue = defaultCatalogue,
): Plan {
  const asked = JSON.stringify([timeZone, limits, catalogue.rollups]);
  const known = plans.get(asked);
  if (known) return known;
  const plan = compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone, currency: CURRENCY, limits });
  plans.set(asked, plan);
  return plan;
}

export interface Run {
  readonly pipeline: Pipeline;
  /** Hands events over as one batch. */
  give(events: readonly OrderEvent[], partition?: string): void;
}

/** A pipeline with dictionaries of its own, as a process has. */
export function startRun(options: Omit<PipelineOptions, 'dictionaries'>): Run {
  const { plan } = options;
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const pipeline = createPipeline({ ...options, dictionaries });
  return {
    pipeline,
    give(events, partition = '0') {
      const batch = createEventBatch(plan.schema, events.length);
      for (const event of events) appendEvent(batch, plan.schema, dictionaries, event);
      pipeline.process(batch, { partition });
    },
  };
}

/** How a stream is cut: sizes of batches, repeated, and partitions that take turns. */
export interface Cut {
  readonly sizes: readonly number[];
  readonly partitions: number;
}

export function giveAll(run: Run, events: readonly OrderEvent[], cut: Cut, after?: () => void): void {
  let at = 0;
  for (let turn = 0; at < events.length; turn++) {
    const size = cut.sizes[turn % cut.sizes.length] ?? 1;
    run.give(events.slice(at, at + size), String(turn % cut.partitions));
    at += size;
    after?.();
  }
}

export interface ReplayedDays {
  readonly days: readonly DayFigures[];
  readonly counts: Counts;
}

/**
 * A bounded run as a caller does it: days in which the wrong one of conflicting payloads was applied are read
 * again. `range` keeps some days only, as a unit of a replay does; the first unit counts rows without a day.
 */
export function replayDays(
  { calendar }: GeneratedDays,
  events: readonly OrderEvent[],
  cut: Cut,
  range?: { readonly from: number; readonly to: number },
): ReplayedDays {
  const options = { plan: planOf(calendar.timeZone), calendar, mode: 'bounded' } as const;
  const first = startRun({ ...options, days: range });
  giveAll(first, events, cut);
  const days = first.pipeline.openDays().map((index) => {
    const winners = first.pipeline.conflictWinners(index);
    if (!winners) return first.pipeline.finishDay(index);
    const again = startRun({ ...options, winners, days: { from: index, to: index } });
    giveAll(again, events, cut);
    return again.pipeline.finishDay(index);
  });
  return { days, counts: first.pipeline.counts() };
}

/** All that days tell, comparable whatever the order of keys and codes: figures, who was counted, and counts. */
export function tellAll(days: readonly DayFigures[]) {
  const counts = days
    .map(({ day, counts: c }): [string, Counts] => [day, c])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    figures: namedFigures(days),
    identity: namedIdentity(days),
    hours: Object.fromEntries(days.map(({ day, hours }) => [day, hours])),
    counts: Object.fromEntries(counts),
  };
}

export function sumOfCounts(days: readonly DayFigures[]): Counts {
  const sum = zeroCounts();
  for (const { counts } of days) addCounts(sum, counts);
  return sum;
}
