import { reasonOf } from '../../errors.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { History } from '../../history/history.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LiveDays } from './live-days.ts';

/** Wait before a seal that history did not take is tried again; ms. */
const RETRY_AFTER_MS = 5_000;

/**
 * Hands sealed days from live to history, beside the epochs: until history has one, views read it from live,
 * whose figures are the same.
 */
export interface Sealing {
  /** Takes an epoch's sealed days; called on every epoch, it also tries again what failed before. */
  add(sealed: readonly DayFigures[]): void;
  /** Why a sealed day is not in history yet, for people; null when all are. */
  problem(): string | null;
  /** Done when no hand-over is under way. */
  settled(): Promise<void>;
}

export function createSealing(options: {
  plan: Plan;
  history: History;
  live: LiveDays;
  clock: () => number;
  /** History has the day for good. */
  onTaken: (day: string) => void;
}): Sealing {
  const { plan, history, live, clock, onTaken } = options;
  const waiting = new Map<string, DayFigures>();
  let underWay: Promise<void> | null = null;
  let failure: { readonly message: string; readonly atMs: number } | null = null;

  /** The generation that stands knows as much of the day, or more. */
  const knownBetter = (figures: DayFigures): boolean => {
    const published = history.publishedDay(figures.day);
    if (!published) return false;
    const { applied } = published.counts;
    if (applied !== figures.counts.applied) return applied > figures.counts.applied;
    return published.planFingerprint === plan.fingerprint;
  };

  const handOver = async (): Promise<void> => {
    try {
      for (const [day, figures] of waiting) {
        if (!knownBetter(figures)) await history.publish(figures, 'live');
        waiting.delete(day);
        live.drop(day);
        onTaken(day);
      }
      failure = null;
    } catch (error) {
      failure = { message: reasonOf(error), atMs: clock() };
    }
    underWay = null;
  };

  return {
    add(sealed) {
      for (const figures of sealed) waiting.set(figures.day, figures);
      const pausing = failure !== null && clock() - failure.atMs < RETRY_AFTER_MS;
      if (waiting.size > 0 && !underWay && !pausing) underWay = handOver();
    },
    problem: () => failure?.message ?? null,
    async settled() {
      await underWay;
    },
  };
}
