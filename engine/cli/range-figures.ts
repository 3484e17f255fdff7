import { sumOverflow } from '../aggregates/sum.ts';
import { countUnion, type IdentityRange } from '../aggregates/union-identity.ts';
import { type BusinessCalendar, type BusinessDay, hourSlot } from '../calendar/business-calendar.ts';
import { finishMetric } from '../definitions/finish.ts';
import type { DayFigures, IdentitySets, Key, RollupFigures } from '../figures/day-figures.ts';
import type { Plan } from '../plan/plan.ts';
import { hourLabel } from './hour-label.ts';

/** Every metric of the plan, by name: minor units, counts, fractions; null where a denominator is zero. */
export type Figures = Readonly<Record<string, number | null>>;

export interface FigureRow {
  readonly key: Key;
  readonly figures: Figures;
}

/** Figures of many days together. */
export interface RangeFigures {
  readonly totals: Figures;
  /** Ascending, only those with events: hours `2010-12-01T08:00:00+00:00`, days `2010-12-01`, months `2010-12`. */
  readonly hour: readonly FigureRow[];
  readonly day: readonly FigureRow[];
  readonly month: readonly FigureRow[];
  /** Per dimension: `hour_of_day` ascending and whole, others by gmv descending, then key, cut. */
  readonly by: Readonly<Record<string, readonly FigureRow[]>>;
}

export interface RangeFiguresBuilder {
  /** Takes a pipeline's complete day, each day once, in any order; keeps its identity. */
  addDay(figures: DayFigures): void;
  /** @throws GmvError `sum_overflow` where a sum over the days is no longer exact. */
  finish(options: { readonly top: number }): RangeFigures;
}

/** Who was counted on one day, by metric. */
type DayIdentity = Readonly<Record<string, IdentitySets | null>>;

/** Sums of one key over the days, and where to find its ids. */
interface KeyTotals {
  readonly sums: Float64Array;
  readonly days: DayIdentity[];
  /** Per entry of `days` the key's index there. */
  readonly at: number[];
}

const MINUTE_MS = 60_000;
const MOST = Number.MAX_SAFE_INTEGER;
const RANKED_BY = 'gmv';

export interface RangeFiguresOptions {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
}

/**
 * Adds complete days up to totals, hours, days, months and lists by dimension. Sums add; distinct counts don't,
 * so ids are kept (8 bytes per key, day and id) and counted at the end, only for rows that are asked for.
 */
export function createRangeFigures({ plan, calendar }: RangeFiguresOptions): RangeFiguresBuilder {
  const names = plan.additive.map(({ metric }) => metric);
  const newTotals = (): KeyTotals => ({ sums: new Float64Array(names.length), days: [], at: [] });
  const total = newTotals();
  const months = new Map<string, KeyTotals>();
  const days: FigureRow[] = [];
  const hours: (FigureRow & { readonly startMs: number })[] = [];
  // One rollup per dimension answers for it: the first one.
  const lists = new Map<string, { readonly dimension: string; readonly keys: Map<Key, KeyTotals> }>();
  for (const { name: dimension } of plan.dimensions) {
    const rollup = plan.rollups.find(({ by }) => by === dimension);
    if (rollup) lists.set(rollup.name, { dimension, keys: new Map() });
  }
  const totalRollup = plan.rollups.find(({ by }) => by === null);

  const addRollup = (figures: RollupFigures, totalsOf: (key: Key) => readonly KeyTotals[]): void => {
    const identity = Object.fromEntries(figures.distinct.map(({ metric, identity }) => [metric, identity]));
    const { keys, cells } = figures;
    const lanes = cells.metrics.map((metric) => names.indexOf(metric));
    // First per key of the day, as many cells go into few keys.
    const width = lanes.length;
    const sums = new Float64Array(keys.length * width);
    for (let lane = 0; lane < width; lane++) {
      const values = cells.values[lane]!;
      for (let cell = 0; cell < values.length; cell++)
        sums[cells.key[cell]! * width + lane]! += values[cell]!;
    }
    for (let at = 0; at < keys.length; at++) {
      for (const target of totalsOf(keys[at]!)) {
        target.days.push(identity);
        target.at.push(at);
        for (let lane = 0; lane < width; lane++) target.sums[lanes[lane]!]! += sums[at * width + lane]!;
      }
    }
  };

  const figuresOf = (rollup: string, base: BaseValues): Figures => {
    // A distinct count may stand in several ratios: merge its sets once.
    const known = new Map<string, number>();
    const value = (metric: string): number => {
      const found = known.get(metric) ?? base(metric);
      if (Math.abs(found) > MOST) throw sumOverflow({ rollup, metric });
      known.set(metric, found);
      return found;
    };
    return Object.fromEntries(plan.metrics.map((metric) => [metric.name, finishMetric(metric, value)]));
  };

  const finishKey = (rollup: string, { sums, days, at }: KeyTotals): Figures =>
    figuresOf(rollup, (metric) => {
      const lane = names.indexOf(metric);
      if (lane >= 0) return sums[lane] ?? 0;
      return countUnion(days.flatMap((day, i) => rangeOf(day[metric], at[i] ?? 0)));
    });

  const addTimes = (figures: RollupFigures, label: string, slots: readonly number[]): void => {
    const day = calendar.dayOfLabel(label);
    const minutes = totalRollup?.slice === 'minute';
    const { hourly, daily } = timesOf(figures, day, names, minutes);
    days.push({ key: label, figures: figuresOf('total', daily) });
    for (const slot of slots) {
      const startMs = day.hourStartsMs[slot] ?? day.startMs;
      const key = hourLabel(startMs, calendar.timeZone);
      hours.push({ key, startMs, figures: figuresOf('total', hourly(slot)) });
    }
  };

  return {
    addDay({ day, rollups, counts, hours: slots = [] }) {
      // A day whose rows were all rejected has no row anywhere.
      if (counts.applied === 0) return;
      for (const figures of rollups) {
        if (figures.rollup === totalRollup?.name) {
          const month = day.slice(0, -3);
          const monthly = months.get(month) ?? newTotals();
          months.set(month, monthly);
          addRollup(figures, () => [total, monthly]);
          addTimes(figures, day, slots);
        }
        const list = lists.get(figures.rollup);
        if (!list) continue;
        addRollup(figures, (key) => {
          const totals = list.keys.get(key) ?? newTotals();
          list.keys.set(key, totals);
          return [totals];
        });
      }
    },
    finish({ top }) {
      const by: Record<string, FigureRow[]> = {};
      const gmv = names.indexOf(RANKED_BY);
      for (const [rollup, { dimension, keys }] of lists) {
        const entries = [...keys];
        if (dimension === 'hour_of_day') entries.sort(([a], [b]) => Number(a) - Number(b));
        else {
          entries.sort(([a, left], [b, right]) => right.sums[gmv]! - left.sums[gmv]! || compareKeys(a, b));
          entries.length = Math.min(entries.length, top);
        }
        by[dimension] = entries.map(([key, totals]) => ({ key, figures: finishKey(rollup, totals) }));
      }
      return {
        totals: finishKey('total', total),
        hour: hours.sort((a, b) => a.startMs - b.startMs),
        day: days.sort((a, b) => compareKeys(a.key, b.key)),
        month: [...months]

          .sort(([a], [b]) => compareKeys(a, b))
          .map(([key, totals]) => ({ key, figures: finishKey('total', totals) })),
        by,
      };
    },
  };
}

/** By UTF-16 code unit, null last. */
function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function rangeOf(sets: IdentitySets | null | undefined, key: number): IdentityRange[] {
  if (!sets) return [];
  return [{ hi: sets.hi, lo: sets.lo, start: sets.offsets[key] ?? 0, end: sets.offsets[key + 1] ?? 0 }];
}

type BaseValues = (metric: string) => number;

/** The total's base figures of the day and of each of its hours. */
function timesOf(
  { cells, distinct }: RollupFigures,
  day: BusinessDay,
  names: readonly string[],
  minutes: boolean,
): { readonly daily: BaseValues; hourly(slot: number): BaseValues } {
  const firstMinuteMs = Math.floor(day.startMs / MINUTE_MS) * MINUTE_MS;
  const hours = day.hourStartsMs.length;
  const sums = cells.metrics.map(() => new Float64Array(hours));
  for (let cell = 0; cell < cells.key.length; cell++) {
    const slot = cells.slot[cell]!;
    const hour = minutes ? hourSlot(day, Math.max(day.startMs, firstMinuteMs + slot * MINUTE_MS)) : slot;
    for (let m = 0; m < sums.length; m++) sums[m]![hour] = sums[m]![hour]! + cells.values[m]![cell]!;
  }
  const counts = new Map(
    distinct.map(({ metric, hourly, daily }) => {
      const byHour = new Float64Array(hours);
      for (let i = 0; i < hourly.hour.length; i++) byHour[hourly.hour[i]!] = hourly.count[i]!;
      return [metric, { byHour, daily: daily.count[0] ?? 0 }] as const;
    }),
  );
  const sumsOf = (metric: string): Float64Array | undefined => sums[cells.metrics.indexOf(metric)];
  return {
    daily: (metric) =>
      names.includes(metric)
        ? (sumsOf(metric)?.reduce((sum, value) => sum + value, 0) ?? 0)
        : (counts.get(metric)?.daily ?? 0),
    hourly: (slot) => (metric) => sumsOf(metric)?.[slot] ?? counts.get(metric)?.byHour[slot] ?? 0,
  };
}
