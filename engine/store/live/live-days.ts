import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';
import { type Counts, zeroCounts } from '../../events/counts.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Epoch } from '../../figures/epoch.ts';
import type { Plan } from '../../plan/plan.ts';
import { createLiveRollup, type LiveRollup } from './live-rollup.ts';

/** A day that the live run has figures of and history has not taken over yet. */
export interface LiveDay {
  readonly day: BusinessDay;
  readonly rollups: ReadonlyMap<string, LiveRollup>;
  /** Changes with every change of its figures; never the same for two days or runs. */
  readonly version: number;
  /** What became of its rows so far. */
  readonly counts: Counts;
}

/** Everything that is published of a live day, as a copy. */
export function figuresOfLiveDay({ day, rollups, counts }: LiveDay): DayFigures {
  return { day: day.label, counts, rollups: [...rollups.values()].map((rollup) => rollup.figures()) };
}

/** Days of the current live run, and how far it has come. */
export interface LiveDays {
  /** Applies an epoch whole; says whether it is of a new run, whose figures replace all there were. */
  apply(epoch: Epoch): { readonly newRun: boolean };
  get(day: string): LiveDay | undefined;
  days(): LiveDay[];
  /** Forgets a day that belongs to history now. */
  drop(day: string): void;
  /** The last epoch applied; null before the first. */
  latest(): Epoch | null;
}

/** Slots of the day at a slice: UTC minutes that it touches, or its hours. */
export function slotsOf(day: BusinessDay, slice: 'minute' | 'hour'): number {
  if (slice === 'hour') return day.hourStartsMs.length;
  return Math.ceil(day.endMs / 60_000) - Math.floor(day.startMs / 60_000);
}

export function createLiveDays({ plan, calendar }: { plan: Plan; calendar: BusinessCalendar }): LiveDays {
  const days = new Map<string, LiveDay>();
  let latest: Epoch | null = null;
  let versions = 0;

  const open = (label: string): LiveDay => {
    const day = calendar.dayOfLabel(label);
    const hours = day.hourStartsMs.length;
    const rollups = plan.rollups.map((rollup): [string, LiveRollup] => [
      rollup.name,
      createLiveRollup({ plan, rollup, slots: slotsOf(day, rollup.slice), hours }),
    ]);
    return { day, rollups: new Map(rollups), version: 0, counts: zeroCounts() };
  };

  const applyDay = (figures: DayFigures): void => {
    const live = days.get(figures.day) ?? open(figures.day);
    for (const rollup of figures.rollups) live.rollups.get(rollup.rollup)?.apply(rollup);
    days.set(figures.day, { ...live, version: ++versions, counts: figures.counts });
  };

  return {
    apply(epoch) {
      const newRun = latest?.runId !== epoch.runId;
      if (newRun) days.clear();
      latest = epoch;
      for (const figures of epoch.days) applyDay(figures);
      for (const figures of epoch.sealed) applyDay(figures);
      return { newRun };
    },
    get: (day) => days.get(day),
    days: () => [...days.values()],
    drop: (day) => void days.delete(day),
    latest: () => latest,
  };
}
