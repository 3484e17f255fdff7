import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RateSchedule } from '../../sources/simulator/rate-schedule.ts';
import { createSimulatorSource } from '../../sources/simulator/simulator-source.ts';
import { createTimetable } from '../../sources/simulator/timetable.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { LiveRun } from './live-run.ts';

/** The simulator from a day's first event on, without files: event n is event n. */
export function createSimulatedDayRun(options: {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly schedule: RateSchedule;
  readonly day: BusinessDay;
  /** The run ends before it; default: never. */
  readonly toOffset?: number;
  /** Epoch ms. */
  readonly clock: { now(): number };
}): LiveRun {
  const { plan, calendar, schedule, day, toOffset, clock } = options;
  const { schema, limits } = plan;
  const dictionaries = createDictionaries(schema, limits.maxCategoryValues);
  const fromOffset = createTimetable({ schedule, calendar }).offsetAt(day.startMs);
  const source = createSimulatorSource({
    ...{ schedule, calendar, schema, dictionaries, clock, fromOffset },
    ...(toOffset !== undefined && { toOffset }),
  });
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live', firstDay: day.index });
  return { source, pipeline, stream: () => null, close: async () => undefined };
}
