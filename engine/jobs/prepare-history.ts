import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import type { Plan } from '../plan/plan.ts';
import { say } from '../protocol/sayings.ts';
import type { ReplayStatus } from '../protocol/status.ts';
import { replayFiles } from '../runtime/replay/replay-files.ts';
import type { RateSchedule } from '../sources/simulator/rate-schedule.ts';
import {
  prepareSampleHistory,
  type SamplePast,
  type SampleToday,
  type SampleTodayParts,
} from './sample-history.ts';
import { openSimulatorSchedule } from './sample-history-schedule.ts';

/** Progress is told at most this often; ms. */
const TELL_EVERY_MS = 250;

export interface PrepareHistoryOptions {
  readonly plan: Plan;
  readonly dataFolder: string;
  /** Of the sample's files. */
  readonly folder: string;
  readonly currency: string;
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly sampleEvents: number;
  readonly calendar: BusinessCalendar;
  readonly clock: { now(): number };
  /** Labels of days whose figures are there already. */
  readonly published: readonly string[];
  readonly threads: number;
  readonly signal: AbortSignal;
  /** It is known what today's files are: live may start, and waits for those that are not whole yet. */
  readonly onToday: (schedule: RateSchedule, today: SampleTodayParts) => void;
  /** Takes a past day's figures; the replay waits for it. */
  readonly onDay: (figures: DayFigures) => Promise<void>;
  readonly onProgress: (status: ReplayStatus) => void;
}

/**
 * Makes the simulator's history real: writes what is missing of today, then of the days before, as Parquet, and
 * replays those days through the pipeline.
 *
 * @throws GmvError of the schedule, the files or the replay; the signal's reason when it aborts.
 */
export async function prepareHistory(options: PrepareHistoryOptions): Promise<void> {
  const { plan, published, onToday, onProgress } = options;
  const done = new Set(published);
  const tell = createReplayProgress(onProgress);
  const schedule = await openSimulatorSchedule({
    ...options,
    schema: plan.schema,
  });
  const sample = await prepareSampleHistory({
    ...options,
    schedule,
    schema: plan.schema,
    isPublished: (day) => done.has(day),
    onProgress: ({ rowsDone, rowsTotal }) => tell({ state: 'preparing', rowsDone, rowsTotal }),
  });
  onToday(schedule, sample.todayParts());
  const today = await sample.today();
  const past = await sample.past();
  const days = past.days.filter(({ day }) => !done.has(day));
  if (days.length > 0) await replayDays({ ...options, days, past, today, tell });
  tell({ state: 'done' });
}

interface ReplayDaysOptions extends PrepareHistoryOptions {
  /** The days to publish, of all that there are. */
  readonly days: SamplePast['days'];
  readonly past: SamplePast;
  readonly today: SampleToday;
  readonly tell: (change: Partial<ReplayStatus>) => void;
}

async function replayDays(options: ReplayDaysOptions): Promise<void> {
  const { plan, calendar, threads, signal, days, past, today, onDay, tell } = options;
  const wanted = new Set(days.map(({ day }) => day));
  const indexes = days.map(({ day }) => calendar.dayOfLabel(day).index);
  let daysDone = 0;
  tell({ state: 'running', rowsDone: 0, daysDone, daysTotal: wanted.size });
  await replayFiles({
    plan,
    // Today's too: an event that was held up over midnight has its time in the day before.
    files: [...past.paths, ...today.paths],
    threads,
    days: { from: Math.min(...indexes), to: Math.max(...indexes) },
    signal,
    onProgress: ({ rows, allRows }) => tell({ rowsDone: rows, rowsTotal: allRows }),
    onDay: async (figures) => {
      // A day between those wanted is either there already or has no file of its own, only a few stray events.
      if (!wanted.has(figures.day)) return;
      await onDay(figures);
      daysDone++;
      tell({ daysDone });
    },
  });
}

/** Keeps the status; tells it at once when the state changes, else a few times a second. */
function createReplayProgress(
  onProgress: (status: ReplayStatus) => void,
): (change: Partial<ReplayStatus>) => void {
  const counts = { rowsDone: 0, rowsTotal: 0, daysDone: 0, daysTotal: 0 };
  let status: ReplayStatus = { label: say('sample_history'), state: 'preparing', ...counts, error: null };
  let toldMs = Number.NEGATIVE_INFINITY;
  return (change) => {
    const moved = change.state !== undefined && change.state !== status.state;
    status = { ...status, ...change };
    if (!moved && performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    onProgress(status);
  };
}
