import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import type { History } from '../../history/history.ts';
import type { FilteredMeta, ViewMeta } from '../../protocol/view.ts';
import type { FilteredDays, Filters } from '../filters/filters.ts';
import type { LiveDays } from '../live/live-days.ts';
import type { ViewResult } from '../store.ts';
import { bucketColumns } from './bucket-columns.ts';
import { type DaySource, daySource, filteredSource } from './day-source.ts';
import { createHistoryCache, createHistoryReads, type HistoryReads } from './history-reads.ts';
import { keyColumns } from './key-columns.ts';
import type { ViewPlan } from './plan-view.ts';
import { resolveRange } from './resolve-range.ts';
import { slotColumns } from './time-columns.ts';
import { type FinishedRows, finishRows, type ViewColumns } from './view-columns.ts';

const MINUTE_MS = 60_000;
/** Most rows of a view by minute or hour. */
const MAX_TIME_ROWS = 100_000;

/** A view's figures with what they were made of, so that the next computation can reuse what did not change. */
export interface ComputedView extends ViewResult {
  readonly finished: FinishedRows;
  /** Equal when nothing that the view is made of has changed. */
  readonly inputs: string;
}

export interface ViewQuery {
  /** Reads of history for one or more answers. */
  reads(): HistoryReads;
  /**
   * Answers a view at this instant; `previous` is its last answer. Null while `reads` lacks something: load it
   * and ask again.
   */
  answer(view: ViewPlan, previous: ComputedView | null, reads: HistoryReads): ComputedView | null;
  /** The business day of the watermark; before the first event that of the clock. */
  today(): BusinessDay;
}

/** Answers views from live days and history. */
export function createViewQuery(options: {
  live: LiveDays;
  filters: Pick<Filters, 'daysOf'>;
  history: History;
  calendar: BusinessCalendar;
  clock: () => number;
}): ViewQuery {
  const { live, filters, history, calendar, clock } = options;
  const cache = createHistoryCache(history);
  const today = (): BusinessDay => calendar.dayOf(live.latest()?.watermarkMs ?? clock());

  const answer = (
    view: ViewPlan,
    previous: ComputedView | null,
    reads: HistoryReads,
  ): ComputedView | null => {
    const { days, note: rangeNote } = resolveRange({ range: view.spec.range, calendar, today: today() });
    refuseTooManyRows(view, days.length);
    const within = view.within && filters.daysOf(view.within);
    const filterNote = within && noteOfFilter(within, { days, today: today() });
    const sources = days.flatMap((day): DaySource[] => {
      const source = within
        ? filteredSource(day, within.live)
        : daySource({ day, today: today(), live, history });
      return source ? [source] : [];
    });
    const latest = (within?.live ?? live).latest();
    const dataToMs = Math.max(latest?.dataToMs ?? 0, latest?.watermarkMs ?? 0);
    const filtered = within && filteredMeta(within);
    const inputs = `${inputsOf({ view, days, sources, dataToMs })} ${filterNote ?? ''} ${filtered?.closedMs}`;
    if (previous?.inputs === inputs) return previous;

    const notes = new Set<string>([rangeNote, filterNote].filter((note) => note !== null));
    const given = { view, sources, reads, note: (text: string) => void notes.add(text) };
    const { grain } = view.spec;
    let columns: ViewColumns & { readonly count?: number };
    if (view.byKey) columns = keyColumns(given);
    else if (grain === 'minute' || grain === 'hour') columns = slotColumns({ ...given, dataToMs });
    else columns = bucketColumns({ ...given, calendar });

    if (reads.pending()) return null;
    const finished = finishRows({ columns, metrics: view.metrics, previous: previous?.finished ?? null });
    const meta: ViewMeta = {
      from: days[0]?.label ?? null,
      to: days.at(-1)?.label ?? null,
      startMs: days[0]?.startMs ?? null,
      endMs: days.at(-1)?.endMs ?? null,
      missingDays: days.length - sources.length,
      restatedDays: sources.filter(
        ({ day, live: ofLive }) => !ofLive && history.publishedDay(day.label)?.restated,
      ).length,
      keys: columns.count ?? (sources.length > 0 ? 1 : 0),
      note: notes.size > 0 ? [...notes].join(' ') : null,
      filtered,
    };
    return { meta, rows: finished.rows, finished, inputs };
  };

  return { today, reads: () => createHistoryReads(cache), answer };
}

function filteredMeta({ live, follows }: FilteredDays): FilteredMeta {
  const watermarkMs = live.latest()?.watermarkMs ?? null;
  const closedMs = watermarkMs === null ? null : Math.floor(watermarkMs / MINUTE_MS) * MINUTE_MS;
  return { replaying: !follows, closedMs };
}

/** Why figures of a combination of filters lack something; null where they don't. */
function noteOfFilter(
  { follows }: FilteredDays,
  { days, today }: { readonly days: readonly BusinessDay[]; readonly today: BusinessDay },
): string | null {
  if (days.some(({ index }) => index !== today.index))
    return 'Of a combination of filters only today is kept.';
  return follows ? null : 'Today is being replayed for this combination of filters.';
}

/** Versions of everything that a view's figures and facts come from. */
function inputsOf(options: {
  view: ViewPlan;
  days: readonly BusinessDay[];
  sources: readonly DaySource[];
  dataToMs: number;
}): string {
  const { view, days, sources, dataToMs } = options;
  const bucketMs =
    view.spec.grain === 'minute' || view.spec.grain === 'hour' ? MINUTE_MS : Number.POSITIVE_INFINITY;
  const versions = sources.map(({ live, generation }) => (live ? `L${live.version}` : `G${generation}`));
  const range = `${days[0]?.label}…${days.at(-1)?.label}`;
  return `${range} ${versions.join(' ')} ${sources.some(({ live }) => live) ? Math.floor(dataToMs / bucketMs) : ''}`;
}

function refuseTooManyRows(view: ViewPlan, days: number): void {
  const perDay = view.spec.grain === 'minute' ? 1_440 : view.spec.grain === 'hour' ? 24 : 0;
  if (days * perDay <= MAX_TIME_ROWS) return;
  throw new GmvError(
    'view',
    `${days} days by ${view.spec.grain} are ${days * perDay} rows`,
    `Ask for at most ${Math.floor(MAX_TIME_ROWS / perDay)} days, or for a coarser grain.`,
  );
}
