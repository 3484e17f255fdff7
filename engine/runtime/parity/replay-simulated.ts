import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RateSchedule } from '../../sources/simulator/rate-schedule.ts';
import { SIMULATOR_PARTITION } from '../../sources/simulator/simulator-source.ts';
import { createSimulatedDayRun } from '../live/simulated-day-run.ts';
import type { Capture } from './capture.ts';
import { changesOfDay } from './changes-of-day.ts';

/** Everything that live has had was due by then. */
const DUE = { now: () => Number.POSITIVE_INFINITY };

/** The simulator's events up to the capture, once more: event n is event n. */
export async function replaySimulated(
  options: { readonly plan: Plan; readonly calendar: BusinessCalendar; readonly schedule: RateSchedule },
  capture: Capture,
): Promise<DayFigures> {
  const day = options.calendar.dayOfLabel(capture.figures.day);
  const toOffset = Number(capture.offsets[SIMULATOR_PARTITION] ?? 0);
  const { source, pipeline } = createSimulatedDayRun({ ...options, day, toOffset, clock: DUE });
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
