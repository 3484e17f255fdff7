import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RateSchedule } from '../../sources/simulator/rate-schedule.ts';
import { createSimulatorSource, SIMULATOR_PARTITION } from '../../sources/simulator/simulator-source.ts';
import { createTimetable } from '../../sources/simulator/timetable.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { Capture } from './capture.ts';
import { changesOfDay } from './changes-of-day.ts';

/** An event is told after its time, never so long before it. */
const EARLIEST_MS = 60 * 60_000;

/** The simulator's events up to the capture, once more: event n is event n. */
export async function replaySimulated(
  options: { readonly plan: Plan; readonly calendar: BusinessCalendar; readonly schedule: RateSchedule },
  capture: Capture,
): Promise<DayFigures> {
  const { plan, calendar, schedule } = options;
  const { schema, limits } = plan;
  const day = calendar.dayOfLabel(capture.figures.day);
  const dictionaries = createDictionaries(schema, limits.maxCategoryValues);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live', firstDay: day.index });
  const source = createSimulatorSource({
    schedule,
    calendar,
    schema,
    dictionaries,
    // Everything that live has had was due by then.
    clock: { now: () => Number.POSITIVE_INFINITY },
    fromOffset: createTimetable({ schedule, calendar }).offsetAt(day.startMs - EARLIEST_MS),
    toOffset: Number(capture.offsets[SIMULATOR_PARTITION] ?? 0),
  });
  try {
    for (;;) {
      const polled = await source.poll();
      if (polled.kind !== 'batch') break;
      pipeline.process(polled.batch, { partition: polled.partition });
    }
  } finally {
    await source.close();
  }
  return changesOfDay(pipeline, day.label);
}
