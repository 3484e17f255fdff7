import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import type { Epoch } from '../../figures/epoch.ts';
import { filterPlan } from '../../plan/filter-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { createLiveDays, type LiveDays } from '../live/live-days.ts';
import type { CombinedFilter } from '../query/plan-view.ts';

/** Each takes a pipeline of its own, which knows every event id of today. */
export const MOST_FILTERS = 4;
/** A filter that no view has any more is given up after so long, or sooner where another wants its place; ms. */
const LINGER_MS = 60_000;
const YIELD_MS = 5_000;

/** A filter whose figures a run of its own computes. */
export interface WantedFilter {
  readonly id: string;
  readonly plan: Plan;
}

/** What is known of one combination of filters. */
export interface FilteredDays {
  readonly live: LiveDays;
  /** Today was replayed through it, and it follows live. */
  readonly follows: boolean;
}

/** Combinations of filters that no rollup keeps: a few at a time, shared by all views that have the same. */
export interface Filters {
  /**
   * A view with this filter is looked at: from now on it is wanted.
   *
   * @throws GmvError `filters_taken` where as many as may be are looked at, `plan` where it can't be computed.
   */
  want(filter: CombinedFilter): void;
  daysOf(filter: CombinedFilter): FilteredDays;
  /** Applies an epoch of a filter's run; one that is not wanted any more is passed over. */
  apply(id: string, epoch: Epoch): void;
  /** Gives up what neither a view has nor was asked for lately. */
  sweep(): void;
}

export function createFilters(options: {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
  /** Ids of those that some view has. */
  readonly held: () => ReadonlySet<string>;
  /** Those that are to be computed are others than before. */
  readonly onWanted: (wanted: readonly WantedFilter[]) => void;
}): Filters {
  const { plan, calendar, stopwatch, held, onWanted } = options;
  const entries = new Map<
    string,
    { readonly plan: Plan; readonly live: LiveDays; follows: boolean; askedMs: number }
  >();
  const none: FilteredDays = { live: createLiveDays({ plan, calendar }), follows: false };
  const tell = (): void => onWanted([...entries].map(([id, entry]) => ({ id, plan: entry.plan })));
  /** Those that nobody looks at and nobody asked for in so long, the longest ago first. */
  const leftFor = (ms: number): string[] => {
    const inUse = held();
    const before = stopwatch() - ms;
    return [...entries]
      .filter(([id, { askedMs }]) => !inUse.has(id) && askedMs < before)
      .sort(([, a], [, b]) => a.askedMs - b.askedMs)
      .map(([id]) => id);
  };

  return {
    want({ id, keys }) {
      const known = entries.get(id);
      if (known) {
        known.askedMs = stopwatch();
        return;
      }
      const filtered = filterPlan(plan, keys);
      if (entries.size >= MOST_FILTERS) {
        const [left] = leftFor(YIELD_MS);
        if (left === undefined) {
          throw new GmvError(
            'filters_taken',
            `${MOST_FILTERS} combinations of filters are computed already`,
            'Use one of them, or try again when nobody looks at one of them any more.',
            { retriable: true },
          );
        }
        entries.delete(left);
      }
      const live = createLiveDays({ plan: filtered, calendar });
      entries.set(id, { plan: filtered, live, follows: false, askedMs: stopwatch() });
      tell();
    },
    daysOf: ({ id }) => entries.get(id) ?? none,
    apply(id, epoch) {
      const entry = entries.get(id);
      if (!entry) return;
      entry.live.apply(epoch);
      // Sealed days go to history, which keeps no combinations.
      for (const { day } of epoch.sealed) entry.live.drop(day);
      entry.follows = !epoch.replaying;
    },
    sweep() {
      const gone = leftFor(LINGER_MS);
      for (const id of gone) entries.delete(id);
      if (gone.length > 0) tell();
    },
  };
}
