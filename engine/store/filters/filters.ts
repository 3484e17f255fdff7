import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import type { Epoch } from '../../figures/epoch.ts';
import { filterPlan } from '../../plan/filter-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { createLiveDays, type LiveDays } from '../live/live-days.ts';
import type { CombinedFilter } from '../query/plan-view.ts';

/** Each takes a pipeline of its own, which knows every event id of today. */
export const MOST_FILTERS = 4;
/** A filter that no view has any more is given up after so long; ms. */
const LINGER_MS = 60_000;

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
   * @throws GmvError `view` where as many as may be are wanted, `plan` where it can't be computed.
   */
  want(filter: CombinedFilter): void;
  daysOf(filter: CombinedFilter): FilteredDays;
  /** Applies an epoch of a filter's run; one that is not wanted any more is passed over. */
  apply(id: string, epoch: Epoch): void;
  /** Gives up what neither those views have nor was asked for lately. */
  sweep(held: ReadonlySet<string>): void;
}

export function createFilters(options: {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
  /** Those that are to be computed are others than before. */
  readonly onWanted: (wanted: readonly WantedFilter[]) => void;
}): Filters {
  const { plan, calendar, stopwatch, onWanted } = options;
  const entries = new Map<
    string,
    { readonly plan: Plan; readonly live: LiveDays; follows: boolean; askedMs: number }
  >();
  const none: FilteredDays = { live: createLiveDays({ plan, calendar }), follows: false };
  const tell = (): void => onWanted([...entries].map(([id, entry]) => ({ id, plan: entry.plan })));

  return {
    want({ id, keys }) {
      const known = entries.get(id);
      if (known) {
        known.askedMs = stopwatch();
        return;
      }
      if (entries.size >= MOST_FILTERS) {
        throw new GmvError(
          'view',
          `${MOST_FILTERS} combinations of filters are computed already`,
          'Use one of them, or try again when nobody looks at one of them any more.',
          { retriable: true },
        );
      }
      const filtered = filterPlan(plan, keys);
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
    sweep(held) {
      const before = stopwatch() - LINGER_MS;
      const gone = [...entries].filter(([id, { askedMs }]) => !held.has(id) && askedMs < before);
      for (const [id] of gone) entries.delete(id);
      if (gone.length > 0) tell();
    },
  };
}
