import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import type { History } from '../history/history.ts';
import type { Plan } from '../plan/plan.ts';
import type { EncodedEpoch } from '../protocol/encoded.ts';
import { createFilters, type WantedFilter } from './filters/filters.ts';
import { createViewPublisher } from './frames/view-publisher.ts';
import { checkEpoch } from './live/check-epoch.ts';
import { createLiveDays, figuresOfLiveDay } from './live/live-days.ts';
import { createSealing } from './live/sealing.ts';
import { planView } from './query/plan-view.ts';
import { createViewQuery } from './query/query-view.ts';
import type { Store } from './store.ts';

/** Makes a store over an open history; see {@link Store}. `clock` gives epoch ms. */
export function createStore(options: {
  plan: Plan;
  calendar: BusinessCalendar;
  history: History;
  clock: () => number;
  /** A sealed day is in history for good: live need not hold it any longer. */
  onSealedDayTaken?: (day: string) => void;
  /** Combinations of filters that someone looks at: each needs a run of its own, whose epochs come to `applyFiltered`. */
  onFilters?: (wanted: readonly WantedFilter[]) => void;
}): Store {
  const { plan, calendar, history, clock, onSealedDayTaken: onTaken = () => undefined } = options;
  const { onFilters: onWanted = () => undefined } = options;
  const live = createLiveDays({ plan, calendar });
  const stopwatch = (): number => performance.now();
  const filters = createFilters({ plan, calendar, stopwatch, held: () => publisher.filters(), onWanted });
  const query = createViewQuery({ live, filters, history, calendar, clock });
  const publisher = createViewPublisher({ plan, query, filters });
  const sealing = createSealing({ plan, history, live, clock, onTaken });
  const violations: Record<string, number> = {};

  let last: Promise<unknown> = Promise.resolve();
  /** Frames leave one after another, each whole. */
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const turn = last.then(step);
    last = turn.catch(() => undefined);
    return turn;
  };

  const frame = async (newRun: boolean): Promise<EncodedEpoch> => {
    const views = await publisher.refresh({ newRun });
    const latest = live.latest();
    return {
      runId: latest?.runId ?? '',
      epoch: latest?.epoch ?? 0,
      watermarkMs: latest?.watermarkMs ?? null,
      dataToMs: latest?.dataToMs ?? null,
      publishedAtMs: clock(),
      views,
    };
  };

  return {
    applyEpoch: (epoch) =>
      inTurn(async () => {
        const { newRun } = live.apply(epoch);
        for (const violation of checkEpoch({ plan, live })) {
          violations[violation.rule] = (violations[violation.rule] ?? 0) + 1;
        }
        sealing.add(epoch.sealed);
        return frame(newRun);
      }),
    applyFiltered: filters.apply,
    async publishDay(figures: DayFigures, origin) {
      const generation = await history.publish(figures, origin);
      return { generation, frame: await inTurn(() => frame(false)) };
    },
    async undoDay(day) {
      const generation = await history.undo(day);
      return { generation, frame: await inTurn(() => frame(false)) };
    },
    liveFigures(label) {
      const day = live.get(label);
      return day ? figuresOfLiveDay(day) : null;
    },
    refresh: () => inTurn(() => frame(false)),
    async query(spec) {
      const view = planView(plan, spec);
      if (view.within) filters.want(view.within);
      const reads = query.reads();
      for (;;) {
        const answered = query.answer(view, null, reads);
        if (answered) return { meta: answered.meta, rows: answered.rows };
        await reads.load();
      }
    },
    publisher,
    violations: () => ({ ...violations }),
    problem: sealing.problem,
    settled: sealing.settled,
  };
}
