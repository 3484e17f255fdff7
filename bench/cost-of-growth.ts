import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { createPipeline } from '../engine/runtime/pipeline/create-pipeline.ts';
import { defaultPlan } from './default-plan.ts';
import { createMadeDays, forEachBatch } from './made-day.ts';
import { median } from './median.ts';
import { CURRENCY } from './order-sql.ts';
import { processorSeconds } from './processor-seconds.ts';

export interface GrowthOptions {
  readonly rounds: number;
  readonly mostKeys: number;
}

/** So many events are measured at least for each size: days of few are many. */
const EVENTS = 2_000_000;
const WARM_UP = 8192;

const plan = defaultPlan({ currency: CURRENCY });

/**
 * The whole pipeline over days in which every event is an order's one paid line, with an event id, an order and a
 * buyer of its own: so many events, so many keys. Tables that outgrow the caches are what makes large days dearer.
 */
export async function costOfGrowth({ rounds, mostKeys }: GrowthOptions): Promise<void> {
  const sizes: number[] = [];
  for (let keys = 10_000; keys <= mostKeys; keys *= 10) sizes.push(keys);
  costOfDays(100_000, 2);
  const costs = sizes.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, keys] of sizes.entries()) {
      const days = Math.max(1, Math.round(EVENTS / keys));
      costs[i]?.push((costOfDays(keys, days) / (days * keys)) * 1e9);
    }
  }
  const medians = costs.map(median);
  console.log('\nevents of one day, each with an event id, an order and a buyer of its own');
  console.table(
    sizes.map((keys, i) => ({
      keys,
      'ns/event': Math.round(medians[i] ?? 0),
      '× the first': Number(((medians[i] ?? 0) / (medians[0] ?? 1)).toFixed(2)),
      'peak MiB of all': i === sizes.length - 1 ? Math.round(process.resourceUsage().maxRSS / 1024) : '',
    })),
  );
}

/** Processor seconds of days of so many events each, one after the other; making the events is not counted. */
function costOfDays(keys: number, days: number): number {
  const made = createMadeDays(plan);
  const { dictionaries } = made;
  const calendar = createBusinessCalendar(plan.timeZone);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'bounded' });
  let seconds = 0;
  const addDay = (day: number, events: number): void => {
    forEachBatch(made, day, events, (batch) => {
      const before = processorSeconds();
      pipeline.process(batch, { partition: 'made' });
      seconds += processorSeconds() - before;
    });
    const before = processorSeconds();
    for (const open of pipeline.openDays()) pipeline.finishDay(open);
    seconds += processorSeconds() - before;
  };
  // What is done once for each value of a dictionary is no part of a day.
  addDay(0, WARM_UP);
  seconds = 0;
  for (let day = 1; day <= days; day++) addDay(day, keys);
  return seconds;
}
