import type { AdditiveCells, DistinctFigures, Key, RollupFigures } from '../../figures/day-figures.ts';
import type { KeySeries, KeyTotals } from '../../history/history.ts';
import type { Plan, PlanRollup } from '../../plan/plan.ts';

/** Slots of one page of cells: an hour of minutes; a third of a day of hours. */
const PAGE_SLOTS = { minute: 60, hour: 8 } as const;
/** More than the pages of the longest day (25 hours). */
const PAGES_PER_KEY = 32;

/**
 * One rollup of a day that live still changes: absolute cells, with totals per key and the series of keys
 * that a view asked for carried along, so that a view never rescans the day.
 */
export interface LiveRollup {
  /** Takes absolute values; applying them twice changes nothing. */
  apply(figures: RollupFigures): void;
  /** Current day totals. Its arrays may be longer than `keys`, and change with the next `apply`. */
  totals(): KeyTotals;
  /** The key's day; the arrays follow every later `apply`. */
  series(key: Key): KeySeries;
  /** Additive metric → sum over all keys. */
  sums(): ReadonlyMap<string, number>;
  /** Copies of everything that it was told, in one message; who was counted is not known here. */
  figures(): RollupFigures;
}

interface Lane {
  totals: Float64Array;
  sum: number;
}

interface TrackedSeries {
  readonly additive: Map<string, Float64Array>;
  readonly hourly: Map<string, Float64Array>;
}

export function createLiveRollup(options: {
  plan: Plan;
  rollup: PlanRollup;
  /** Slots of the day at the rollup's slice, and its hours. */
  slots: number;
  hours: number;
}): LiveRollup {
  const { plan, rollup, slots, hours } = options;
  const additive = rollup.additive.map((index) => plan.additive[index]!.metric);
  const distinct = rollup.distinct.map((index) => plan.distinct[index]!.metric);
  const pageSlots = PAGE_SLOTS[rollup.slice];
  const keys: Key[] = [];
  const indexes = new Map<Key, number>();
  let capacity = 16;
  const sums = additive.map((): Lane => ({ totals: new Float64Array(capacity), sum: 0 }));
  const counts = distinct.map((): Lane => ({ totals: new Float64Array(capacity), sum: 0 }));
  const pages = new Map<number, Float64Array>();
  const hourly: Float64Array[] = [];
  const curves = new Map<string, Float64Array>();
  const tracked = new Map<number, TrackedSeries>();

  const indexOf = (key: Key): number => {
    let index = indexes.get(key);
    if (index !== undefined) return index;
    index = keys.push(key) - 1;
    indexes.set(key, index);
    if (index < capacity) return index;
    capacity *= 2;
    for (const lane of [...sums, ...counts]) {
      const grown = new Float64Array(capacity);
      grown.set(lane.totals);
      lane.totals = grown;
    }
    return index;
  };

  const pageOf = (key: number, slot: number): Float64Array => {
    const at = key * PAGES_PER_KEY + Math.floor(slot / pageSlots);
    let page = pages.get(at);
    if (!page) {
      page = new Float64Array(pageSlots * additive.length);
      pages.set(at, page);
    }
    return page;
  };

  const applyCells = ({ cells }: RollupFigures, keyOf: Int32Array): void => {
    const lanes = cells.metrics.map((metric) => additive.indexOf(metric));
    for (let i = 0; i < cells.key.length; i++) {
      const key = keyOf[cells.key[i]!]!;
      const slot = cells.slot[i]!;
      const page = pageOf(key, slot);
      const start = (slot % pageSlots) * additive.length;
      const series = tracked.get(key);
      for (let m = 0; m < lanes.length; m++) {
        const lane = lanes[m]!;
        if (lane < 0) continue;
        const value = cells.values[m]![i]!;
        const change = value - page[start + lane]!;
        if (change === 0) continue;
        page[start + lane] = value;
        sums[lane]!.totals[key]! += change;
        sums[lane]!.sum += change;
        if (series) series.additive.get(additive[lane]!)![slot] = value;
      }
    }
  };

  const applyDistinct = ({ distinct: given }: RollupFigures, keyOf: Int32Array): void => {
    for (const figures of given) {
      const lane = distinct.indexOf(figures.metric);
      if (lane < 0) continue;
      for (let i = 0; i < figures.hourly.key.length; i++) {
        const key = keyOf[figures.hourly.key[i]!]!;
        hourly[key] ??= new Float64Array(hours * distinct.length);
        hourly[key][figures.hourly.hour[i]! * distinct.length + lane] = figures.hourly.count[i]!;
        const series = tracked.get(key);
        if (series) series.hourly.get(figures.metric)![figures.hourly.hour[i]!] = figures.hourly.count[i]!;
      }
      for (let i = 0; i < figures.daily.key.length; i++) {
        const key = keyOf[figures.daily.key[i]!]!;
        counts[lane]!.totals[key] = figures.daily.count[i]!;
      }
      if (figures.newIdsByMinute) curves.set(figures.metric, figures.newIdsByMinute);
    }
  };

  const track = (key: number): TrackedSeries => {
    const values = additive.map(() => new Float64Array(slots));
    for (let slot = 0; slot < slots; slot++) {
      const page = pages.get(key * PAGES_PER_KEY + Math.floor(slot / pageSlots));
      if (!page) continue;
      for (let m = 0; m < values.length; m++) {
        values[m]![slot] = page[(slot % pageSlots) * additive.length + m]!;
      }
    }
    const byHour = hourly[key];
    const hourCounts = (lane: number): Float64Array =>
      Float64Array.from({ length: hours }, (_, hour) => byHour?.[hour * distinct.length + lane] ?? 0);
    const series: TrackedSeries = {
      additive: new Map(additive.map((metric, m) => [metric, values[m]!])),
      hourly: new Map(distinct.map((metric, lane) => [metric, hourCounts(lane)])),
    };
    tracked.set(key, series);
    return series;
  };

  return {
    apply(figures) {
      const keyOf = Int32Array.from(figures.keys, indexOf);
      applyCells(figures, keyOf);
      applyDistinct(figures, keyOf);
    },
    totals: () => ({
      keys,
      additive: new Map(additive.map((metric, m) => [metric, sums[m]!.totals])),
      distinct: new Map(distinct.map((metric, m) => [metric, counts[m]!.totals])),
    }),
    series(key) {
      const index = indexes.get(key);
      // A key without events yet must not become one by being asked for.
      if (index === undefined) return emptySeries({ additive, distinct, slots, hours });
      return { ...(tracked.get(index) ?? track(index)), newIdsByMinute: curves };
    },
    sums: () => new Map(additive.map((metric, m) => [metric, sums[m]!.sum])),
    figures: () => ({
      rollup: rollup.name,
      keys: [...keys],
      cells: cellsOfPages({ pages, pageSlots, metrics: additive }),
      distinct: distinct.map((metric, lane) => ({
        metric,
        hourly: hourlyCounts({ hourly, hours, lane, lanes: distinct.length }),
        daily: {
          key: Uint32Array.from(keys, (_, key) => key),
          count: counts[lane]!.totals.slice(0, keys.length),
        },
        newIdsByMinute: curves.get(metric)?.slice() ?? null,
        identity: null,
      })),
    }),
  };
}

function cellsOfPages(options: {
  pages: ReadonlyMap<number, Float64Array>;
  pageSlots: number;
  metrics: readonly string[];
}): AdditiveCells {
  const { pages, pageSlots, metrics } = options;
  const room = pages.size * pageSlots;
  const [key, slot] = [new Uint32Array(room), new Uint16Array(room)];
  const values = metrics.map(() => new Float64Array(room));
  let cells = 0;
  for (const [at, page] of pages) {
    for (let i = 0; i < pageSlots; i++) {
      let some = false;
      for (let m = 0; m < metrics.length; m++) {
        const value = page[i * metrics.length + m]!;
        values[m]![cells] = value;
        some ||= value !== 0;
      }
      if (!some) continue;
      key[cells] = Math.floor(at / PAGES_PER_KEY);
      slot[cells] = (at % PAGES_PER_KEY) * pageSlots + i;
      cells++;
    }
  }
  return {
    metrics,
    key: key.slice(0, cells),
    slot: slot.slice(0, cells),
    values: values.map((lane) => lane.slice(0, cells)),
  };
}

function hourlyCounts(options: {
  hourly: readonly (Float64Array | undefined)[];
  hours: number;
  lane: number;
  lanes: number;
}): DistinctFigures['hourly'] {
  const { hourly, hours, lane, lanes } = options;
  const rows: { readonly key: number; readonly hour: number; readonly count: number }[] = [];
  for (const [key, counts] of hourly.entries()) {
    for (let hour = 0; counts && hour < hours; hour++) {
      const count = counts[hour * lanes + lane]!;
      if (count !== 0) rows.push({ key, hour, count });
    }
  }
  return {
    key: Uint32Array.from(rows, (row) => row.key),
    hour: Uint8Array.from(rows, (row) => row.hour),
    count: Float64Array.from(rows, (row) => row.count),
  };
}

function emptySeries(options: {
  additive: readonly string[];
  distinct: readonly string[];
  slots: number;
  hours: number;
}): KeySeries {
  return {
    additive: new Map(options.additive.map((metric) => [metric, new Float64Array(options.slots)])),
    hourly: new Map(options.distinct.map((metric) => [metric, new Float64Array(options.hours)])),
    newIdsByMinute: new Map(),
  };
}
