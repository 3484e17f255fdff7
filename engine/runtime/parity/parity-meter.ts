import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';
import { reasonOf } from '../../errors.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { type Difference, differencesOf } from '../../figures/differences.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ParityMismatch, ParityStatus } from '../../protocol/parity.ts';
import type { Capture, CaptureFeed } from './capture.ts';
import { closedHours } from './closed-hours.ts';

/** Comparing takes a tenth of the time at most. */
const TIMES_AS_LONG = 9;
/** After a failed comparison the next is tried so much later; ms. */
const RETRY_AFTER_MS = 60_000;
const MOST_MISMATCHES = 20;

export interface ParityMeterOptions {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly feed: CaptureFeed;
  /** Whether live keeps what it consumes, so that only captures at checkpoints can be replayed. */
  readonly atCheckpoint: boolean;
  /** What the events up to the capture's offsets give for its day. */
  readonly replay: (capture: Capture) => Promise<DayFigures>;
  readonly onStatus: (status: ParityStatus) => void;
  /** Epoch ms. */
  readonly clock: { now(): number };
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
}

/** Compares what live published with a replay of what it consumed, after each hour that closes. */
export interface ParityMeter {
  /** How far live is; begins a comparison where one is due, and gives its end. */
  live(at: { readonly watermarkMs: number | null; readonly behind: boolean }): Promise<void> | null;
}

export const NOTHING_COMPARED: ParityStatus = {
  state: 'waiting',
  throughMs: null,
  comparedAtMs: null,
  figures: 0,
  differing: 0,
  mismatches: [],
  problem: null,
};

export function createParityMeter(options: ParityMeterOptions): ParityMeter {
  const { plan, calendar, feed, atCheckpoint, replay, onStatus, clock, stopwatch } = options;
  let status = NOTHING_COMPARED;
  let running = false;
  let notBeforeMs = Number.NEGATIVE_INFINITY;

  const say = (next: ParityStatus): void => {
    status = next;
    onStatus(next);
  };

  /** Null where there is nothing to compare. */
  const compare = async (day: BusinessDay): Promise<ParityStatus | null> => {
    const capture = await feed.capture({ day: day.label, atCheckpoint });
    if (!capture) return null;
    const replayed = await replay(capture);
    const { figures, differing, first } = differencesOf(capture.figures, replayed, MOST_MISMATCHES);
    // Later hours may have closed while the capture was waited for.
    const reached = closedHours(calendar, capture.watermarkMs);
    return {
      state: differing === 0 ? 'equal' : 'different',
      throughMs: reached.day.index > day.index ? day.endMs : reached.throughMs,
      comparedAtMs: clock.now(),
      figures,
      differing,
      mismatches: first.map((difference) => mismatchOf(plan, day, difference)),
      problem: null,
    };
  };

  const run = async (day: BusinessDay): Promise<void> => {
    running = true;
    const beganMs = stopwatch();
    try {
      const compared = await compare(day);
      if (compared) say(compared);
      notBeforeMs = stopwatch() + (stopwatch() - beganMs) * TIMES_AS_LONG;
    } catch (error) {
      notBeforeMs = stopwatch() + RETRY_AFTER_MS;
      say({ ...status, state: 'failed', comparedAtMs: clock.now(), problem: reasonOf(error) });
    }
    running = false;
  };

  return {
    live({ watermarkMs, behind }) {
      if (running || behind || watermarkMs === null || stopwatch() < notBeforeMs) return null;
      const { day, throughMs } = closedHours(calendar, watermarkMs);
      const isKnown = status.state !== 'failed' && status.throughMs !== null && throughMs <= status.throughMs;
      return isKnown ? null : run(day);
    },
  };
}

function mismatchOf(plan: Plan, day: BusinessDay, difference: Difference): ParityMismatch {
  const { rollup, metric, key, at, a, b } = difference;
  const isHour = at?.kind === 'hour' || plan.rollups.find(({ name }) => name === rollup)?.slice === 'hour';
  const firstMinute = Math.floor(day.startMs / 60_000);
  const startOf = (index: number): number =>
    isHour ? (day.hourStartsMs[index] ?? day.endMs) : (firstMinute + index) * 60_000;
  const sliceMs = at && startOf(at.index);
  return { day: day.label, rollup, metric, key, sliceMs, live: a, replayed: b };
}
