import type { JobDraft } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import type { Stretch } from './night-window.ts';

/** How the machine and live are, told about once a second. */
export interface LoadFacts {
  /** Live's watermark, epoch ms; null before the first event. */
  readonly watermarkMs: number | null;
  /** How far live's figures are behind what came in; ms. Null where nothing is known. */
  readonly liveLagMs: number | null;
  /** Live has more to read than it keeps up with. */
  readonly behind: boolean;
  /** 99th percentile of the event loop's delay, the worst of the main, live and data threads; ms. */
  readonly loopDelayP99Ms: number;
  /** Events of sealed days that came late, by day; null while live has not said. */
  readonly lateByDay: Readonly<Record<string, number>> | null;
  /** Share of all cores that nothing uses, 0 … 1; null where the machine doesn't tell. */
  readonly cpuIdle: number | null;
}

/** Share of full speed, 0 … 1, and why it is not 1. */
export interface Throttle {
  readonly speed: number;
  readonly why: string | null;
}

export interface GovernorOptions {
  /** The window of tonight that holds the instant, or the next. */
  readonly tonight: (nowMs: number) => Stretch;
  /** Clock time of the business zone, `01:00`. */
  readonly timeText: (timeMs: number) => string;
}

/** Decides how fast backfills may go beside live. Time comes with each call. */
export interface Governor {
  /** Takes what is known now. */
  observe(facts: LoadFacts, nowMs: number): void;
  throttleOf(when: JobDraft['when'], nowMs: number): Throttle;
}

const MOST_LAG_MS = 1000;
const MOST_LOOP_DELAY_MS = 100;
/** Halved at each look under pressure; below the least it stands still. */
const DECREASE = 0.5;
const LEAST_SPEED = 0.1;
const INCREASE = 0.05;
/** Calm is believed after so long, so that speed doesn't swing with each look. */
const CALM_MS = 2000;
/** Without word of live for so long something is wrong with it. */
const SILENCE_MS = 5000;
const IDLE_SHARE = 0.4;
/** The machine is asked whether it is idle while backfills stand still: what they use themselves says nothing. */
const SETTLE_MS = 1000;
const QUIET_MS = 1500;
const WORK_MS = 28_000;

/**
 * Additive increase, multiplicative decrease (Chiu and Jain, 1989): live's delays halve the speed at each look, calm
 * gives it back in small steps, so that live wins at once and backfills find the speed that it bears.
 */
export function createGovernor({ tonight, timeText }: GovernorOptions): Governor {
  let speed = 1;
  let reason: string | null = null;
  let calmSinceMs: number | null = null;
  let observedMs: number | null = null;
  let idle: IdleWatch = { working: false, sinceMs: Number.NEGATIVE_INFINITY, quietSinceMs: null };

  const slowDown = (why: string): void => {
    speed *= DECREASE;
    if (speed < LEAST_SPEED) speed = 0;
    reason = why;
    calmSinceMs = null;
  };

  const current = (nowMs: number): Throttle => {
    if (observedMs !== null && nowMs - observedMs > SILENCE_MS) {
      const why = say('no_word', { seconds: secondsText(nowMs - observedMs) });
      return { speed: 0, why: say('waiting', { why }) };
    }
    if (speed === 1) return { speed, why: null };
    return { speed, why: say(speed === 0 ? 'waiting' : 'slowed', { why: reason ?? '' }) };
  };

  return {
    observe(facts, nowMs) {
      observedMs = nowMs;
      const pressure = pressureOf(facts);
      if (pressure !== null) slowDown(pressure);
      else {
        calmSinceMs ??= nowMs;
        if (nowMs - calmSinceMs >= CALM_MS) speed = Math.min(1, Math.max(LEAST_SPEED, speed + INCREASE));
      }
      idle = nextIdle(idle, facts, pressure !== null, nowMs);
    },
    throttleOf(when, nowMs) {
      if (when === 'tonight') {
        const { fromMs } = tonight(nowMs);
        if (nowMs < fromMs) return { speed: 0, why: say('waiting', { why: timeText(fromMs) }) };
      }
      if (when === 'idle' && !idle.working) {
        const listens = idle.quietSinceMs !== null || nowMs - idle.sinceMs < SETTLE_MS;
        return { speed: 0, why: say('waiting', { why: say(listens ? 'looking' : 'busy') }) };
      }
      return current(nowMs);
    },
  };
}

interface IdleWatch {
  readonly working: boolean;
  /** When it began to work, or to stand still. */
  readonly sinceMs: number;
  /** Since when all that was heard was idle; null where the last was not. */
  readonly quietSinceMs: number | null;
}

function nextIdle(idle: IdleWatch, { cpuIdle }: LoadFacts, pressed: boolean, nowMs: number): IdleWatch {
  if (idle.working) {
    if (!pressed && nowMs - idle.sinceMs < WORK_MS) return idle;
    return { working: false, sinceMs: nowMs, quietSinceMs: null };
  }
  // What is told right after work is still partly that work.
  if (nowMs - idle.sinceMs < SETTLE_MS) return idle;
  if (pressed || (cpuIdle ?? 1) <= IDLE_SHARE) return { ...idle, quietSinceMs: null };
  const quietSinceMs = idle.quietSinceMs ?? nowMs;
  if (nowMs - quietSinceMs < QUIET_MS) return { ...idle, quietSinceMs };
  return { working: true, sinceMs: nowMs, quietSinceMs };
}

function pressureOf({ liveLagMs, behind, loopDelayP99Ms }: LoadFacts): string | null {
  if (liveLagMs !== null && liveLagMs > MOST_LAG_MS)
    return say('live_lag', { seconds: secondsText(liveLagMs) });
  if (behind) return say('live_behind');
  if (loopDelayP99Ms > MOST_LOOP_DELAY_MS) return say('loop_delay', { ms: Math.round(loopDelayP99Ms) });
  return null;
}

const secondsText = (ms: number): string => (ms / 1000).toFixed(1);
