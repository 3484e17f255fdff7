import type { BusinessCalendar, BusinessDay } from '../calendar/business-calendar.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import type { Epoch } from '../figures/epoch.ts';
import type { Plan } from '../plan/plan.ts';
import { createLiveRollup, type LiveRollup } from './live-rollup.ts';

/** A day that the live run has figures of and history has not taken over yet. */
export interface LiveDay {
  readonly day: BusinessDay;
  readonly rollups: ReadonlyMap<string, LiveRollup>;
  /** Changes with every change of its figures; never the same for two days or runs. */
  readonly version: number;
  /** Events applied. */
  readonly applied: number;
  /**
   * The run began after this day had: it saw only events that were held up over midnight. Such figures are
   * neither shown nor published.
   */
  readonly partial: boolean;
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
  /** The business day in which the run began. */
  let began: BusinessDay | null = null;

  const open = (label: string): LiveDay => {
    const day = calendar.dayOfLabel(label);
    const hours = day.hourStartsMs.length;
    const rollups = plan.rollups.map((rollup): [string, LiveRollup] => [
      rollup.name,
      createLiveRollup({ plan, rollup, slots: slotsOf(day, rollup.slice), hours }),
    ]);
    return { day, rollups: new Map(rollups), version: 0, applied: 0, partial: false };
  };

  const applyDay = (figures: DayFigures): void => {
    const live = days.get(figures.day) ?? open(figures.day);
    for (const rollup of figures.rollups) live.rollups.get(rollup.rollup)?.apply(rollup);
    days.set(figures.day, {
      ...live,
      version: ++versions,
      applied: figures.counts.applied,
      partial: began !== null && live.day.index < began.index && !startsEarly(live.rollups.values()),
    });
  };

  return {
    apply(epoch) {
      const newRun = latest?.runId !== epoch.runId;
      if (newRun) {
        days.clear();
        began = null;
      }
      latest = epoch;
      if (began === null && epoch.watermarkMs !== null) began = calendar.dayOf(epoch.watermarkMs);
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

/** Whether some rollup has figures in the first hour of its day. */
function startsEarly(rollups: Iterable<LiveRollup>): boolean {
  for (const rollup of rollups) if (rollup.hasFirstHour()) return true;
  return false;
}
