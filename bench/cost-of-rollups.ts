import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { defaultCatalogue } from '../engine/definitions/catalogue.ts';
import type { RollupDefinition } from '../engine/definitions/rollup.ts';
import { createDictionaries } from '../engine/events/create-dictionaries.ts';
import type { Dictionaries } from '../engine/events/dictionary.ts';
import { columnOf, createEventBatch, type EventBatch } from '../engine/events/event-batch.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { createPipeline } from '../engine/runtime/pipeline/create-pipeline.ts';
import { createParquetSource } from '../engine/sources/parquet/parquet-source.ts';
import type { CostOptions } from './cost-of-columns.ts';
import { defaultPlan } from './default-plan.ts';
import { median } from './median.ts';
import { CURRENCY } from './order-sql.ts';
import { processorSecondsOf } from './processor-seconds.ts';

/** Enough for several days of the default set, little enough to lie decoded in memory. */
const ROWS = 1_000_000;

/**
 * What each rollup's sums and each distinct count add to a pipeline that keeps nothing, over the file's first rows,
 * decoded before: finishing the days included. What several rollups share each of them bears here, so that together
 * they cost less.
 */
export async function costOfRollups({ file, rounds }: CostOptions): Promise<void> {
  const counted = new Set(
    defaultCatalogue.metrics
      .filter(({ aggregate }) => aggregate === 'count_distinct')
      .map(({ name }) => name),
  );
  const only = (rollup: RollupDefinition, keep: (metric: string) => boolean): RollupDefinition => ({
    ...rollup,
    metrics: rollup.metrics.filter(keep),
  });
  const { rollups } = defaultCatalogue;
  const subjects = [
    { adds: 'nothing: validate, date, match, deduplicate', rollups: [] },
    ...rollups.map((rollup) => ({
      adds: `sums by ${rollup.name}`,
      rollups: [only(rollup, (metric) => !counted.has(metric))],
    })),
    ...[...counted].map((metric) => ({
      adds: `distinct ${metric}, every rollup that has it`,
      rollups: rollups
        .filter(({ metrics }) => metrics.includes(metric))
        .map((rollup) => only(rollup, (name) => name === metric)),
    })),
    { adds: 'the whole catalogue', rollups },
  ].map(({ adds, rollups }) => ({
    adds,
    plan: defaultPlan({ currency: CURRENCY, rollups }),
    costs: [] as number[],
  }));

  const dictionaries = createDictionaries(ORDER_SCHEMA, defaultPlan().limits.maxCategoryValues);
  const batches = await decode(file, dictionaries);
  const rows = batches.reduce((sum, { length }) => sum + length, 0);
  for (let round = 0; round <= rounds; round++) {
    for (const { plan, costs } of subjects) {
      const seconds = await processorSecondsOf(() => run(plan, dictionaries, batches));
      if (round > 0) costs.push((seconds / rows) * 1e9);
    }
  }
  const [nothing = 0] = subjects.map(({ costs }) => median(costs));
  console.table(
    subjects.map(({ adds, costs }, i) => ({
      adds,
      'ns/row': Number((median(costs) - (i === 0 ? 0 : nothing)).toFixed(1)),
    })),
  );
}

async function decode(file: string, dictionaries: Dictionaries): Promise<EventBatch[]> {
  const columns = ORDER_SCHEMA.map(({ name }) => name);
  const source = createParquetSource({ paths: [file], schema: ORDER_SCHEMA, columns, dictionaries });
  const batches: EventBatch[] = [];
  for (let rows = 0; rows < ROWS; ) {
    const polled = await source.poll();
    if (polled.kind === 'end') break;
    if (polled.kind !== 'batch') continue;
    rows += polled.batch.length;
    batches.push(copyOf(polled.batch));
  }
  await source.close();
  return batches;
}

/** A source refills its batches. */
function copyOf({ length, numbers, categories, ids, eventId }: EventBatch): EventBatch {
  const copy = createEventBatch(ORDER_SCHEMA, length);
  copy.length = length;
  for (const name in numbers) columnOf(copy.numbers, name).set(columnOf(numbers, name).subarray(0, length));
  for (const name in categories) {
    columnOf(copy.categories, name).set(columnOf(categories, name).subarray(0, length));
  }
  for (const name in ids) {
    columnOf(copy.ids, name).lo.set(columnOf(ids, name).lo.subarray(0, length));
    columnOf(copy.ids, name).hi.set(columnOf(ids, name).hi.subarray(0, length));
  }
  for (const [lane, words] of copy.eventId.entries()) words.set(eventId[lane]!.subarray(0, length));
  return copy;
}

function run(plan: Plan, dictionaries: Dictionaries, batches: readonly EventBatch[]): void {
  const calendar = createBusinessCalendar(plan.timeZone);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'bounded' });
  let finished = Number.NEGATIVE_INFINITY;
  for (const batch of batches) {
    pipeline.process(batch, { partition: 'file' });
    // Lateness is less than a day: a day is done when the one after the next has begun.
    for (const day of pipeline.openDays().slice(0, -2)) {
      if (day <= finished) throw new Error('an event came more than a day late');
      pipeline.finishDay(day);
      finished = day;
    }
  }
  for (const day of pipeline.openDays()) pipeline.finishDay(day);
}
