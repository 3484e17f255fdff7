import type { Dictionaries } from '../../events/dictionary.ts';
import { columnOf } from '../../events/event-batch.ts';
import type {
  AdditiveCells,
  DayFigures,
  DistinctFigures,
  IdentitySets,
  Key,
  RollupFigures,
} from '../../figures/day-figures.ts';
import { type CellTable, touchedCells } from '../../state/cell-table.ts';
import { type CountTable, countedCells } from '../../state/count-table.ts';
import { takeDirty } from '../../state/dirty-list.ts';
import type { DistinctTable } from '../../state/distinct-table.ts';
import {
  identityOfAxes,
  identityOfHours,
  identityOfTotal,
  type KeySets,
  pairsById,
} from '../../state/identity-sets.ts';
import { sortedIds } from '../../state/sorted-ids.ts';
import type { DayState, DayTables } from './day-state.ts';
import type { PlanLayout, RollupLayout } from './plan-layout.ts';

export interface FiguresOfDayOptions {
  readonly state: DayState;
  readonly layout: PlanLayout;
  readonly dictionaries: Dictionaries;
  /** `complete`: everything, with identity. `changes`: what changed since the last call. */
  readonly extent: 'complete' | 'changes';
}

/** What is to be told of one distinct count: cells of its tables, and who was counted where asked for. */
interface SetNews {
  readonly total: Int32Array;
  readonly byAxis: readonly Int32Array[];
  readonly byHourOfDay: Int32Array;
  readonly curve: boolean;
  readonly sorted: SortedIdentity | null;
}

interface SortedIdentity {
  readonly order: Uint32Array;
  readonly byAxis: readonly (KeySets | null)[];
  /** Sets that a rollup of the message holds. */
  readonly given: Set<KeySets>;
}

/** Numbers the keys that one message speaks of. */
interface MessageKeys {
  readonly local: number[];
  positionOf(key: number): number;
}

const NO_CELLS = new Int32Array(0);

/** A day's figures as they are published: absolute values in fresh arrays, so that they may be transferred. */
export function figuresOfDay(options: FiguresOfDayOptions): DayFigures {
  const { state, extent } = options;
  const { tables } = state;
  const rollups = tables ? figuresOfRollups(tables, options) : [];
  state.countsChanged = false;
  const counts = { ...state.counts, rejectedBy: { ...state.counts.rejectedBy } };
  const figures = { day: state.day.label, rollups, counts };
  return extent === 'complete' ? { ...figures, hours: tables ? hourSlotsSeen(tables) : [] } : figures;
}

function figuresOfRollups(tables: DayTables, options: FiguresOfDayOptions): RollupFigures[] {
  const { layout, extent } = options;
  const complete = extent === 'complete';
  const news = tables.sets.map((table, set) => {
    const keepers = complete
      ? layout.rollups.filter((r) => r.identity && r.distinct.some((d) => d.set === set))
      : [];
    const keyCounts = layout.sets[set]!.axes.map((axis) =>
      keepers.some(({ grouping }) => grouping.kind === 'axis' && grouping.axis === axis)
        ? tables.keys[axis]!.size
        : null,
    );
    return newsOf(table, complete, keepers.length > 0 ? keyCounts : null);
  });
  return layout.rollups
    .map((_, rollup) => figuresOfRollup(tables, options, rollup, news))
    .filter((figures) => figures.keys.length > 0);
}

function newsOf(table: DistinctTable, complete: boolean, keyCounts: (number | null)[] | null): SetNews {
  const cellsOf = (counts: CountTable): Int32Array =>
    complete ? countedCells(counts) : counts.dirty ? takeDirty(counts.dirty) : NO_CELLS;
  const curve = table.newIdsByMinute !== null && (complete || table.curveChanged);
  table.curveChanged = false;
  const order = keyCounts && sortedIds(table.ids);
  return {
    total: cellsOf(table.total),
    byAxis: table.byAxis.map(cellsOf),
    byHourOfDay: table.byHourOfDay ? cellsOf(table.byHourOfDay) : NO_CELLS,
    curve,
    sorted: order && {
      order,
      byAxis: keyCounts.some((keys) => keys !== null)
        ? identityOfAxes(table, order, pairsById(table), keyCounts)
        : [],
      given: new Set(),
    },
  };
}

function figuresOfRollup(
  tables: DayTables,
  { layout, dictionaries, extent }: FiguresOfDayOptions,
  index: number,
  news: readonly SetNews[],
): RollupFigures {
  const rollup = layout.rollups[index]!;
  const table = tables.cells[index]!;
  const complete = extent === 'complete';
  const keys = complete ? allKeys(tables, rollup) : createMessageKeys([]);
  const changed = complete ? touchedCells(table) : table.dirty ? takeDirty(table.dirty) : NO_CELLS;
  const cells = additiveCells(table, changed, rollup, keys);
  const distinct = rollup.distinct.flatMap(({ metric, set, setAxis }) => {
    const figures = distinctFigures(rollup, metric, tables.sets[set]!, news[set]!, setAxis, keys);
    if (!complete) return figures.empty ? [] : [figures.value];
    const identity = rollup.identity ? identityOf(tables, rollup, set, setAxis, news[set]!, keys) : null;
    return [{ ...figures.value, identity }];
  });
  return {
    rollup: rollup.name,
    keys: keys.local.map(keyNames(tables, rollup, layout, dictionaries)),
    cells,
    distinct,
  };
}

/** Keys 0 … size−1, each in its own place. */
function allOf(size: number): MessageKeys {
  return { local: Array.from({ length: size }, (_, key) => key), positionOf: (key) => key };
}

function createMessageKeys(first: readonly number[]): MessageKeys {
  const local = [...first];
  const positions = new Map(local.map((key, position) => [key, position]));
  return {
    local,
    positionOf(key) {
      let position = positions.get(key);
      if (position === undefined) {
        position = local.push(key) - 1;
        positions.set(key, position);
      }
      return position;
    },
  };
}

/** Every key that an applied event of the day has, whether or not a metric counts the event. */
function allKeys(tables: DayTables, { grouping }: RollupLayout): MessageKeys {
  if (grouping.kind === 'axis') return allOf(tables.keys[grouping.axis]!.size);
  if (grouping.kind === 'total') return allOf(tables.hoursSeen === 0 ? 0 : 1);
  const hours = hourSlotsSeen(tables).flatMap((slot) => tables.day.hourOfDay[slot] ?? []);
  return createMessageKeys([...new Set(hours)].sort((a, b) => a - b));
}

function hourSlotsSeen({ day, hoursSeen }: DayTables): number[] {
  return day.hourOfDay.flatMap((_, slot) => ((hoursSeen & (1 << slot)) !== 0 ? [slot] : []));
}

function keyNames(
  tables: DayTables,
  { grouping }: RollupLayout,
  layout: PlanLayout,
  dictionaries: Dictionaries,
): (key: number) => Key {
  if (grouping.kind === 'total') return () => null;
  if (grouping.kind === 'hour_of_day') return String;
  const dictionary = columnOf(dictionaries, layout.axes[grouping.axis]!.column);
  const { codes } = tables.keys[grouping.axis]!;
  return (key) => dictionary.valueOf(codes[key]!);
}

function additiveCells(
  table: CellTable,
  cells: Int32Array,
  { additive }: RollupLayout,
  keys: MessageKeys,
): AdditiveCells {
  const { slotsPerPage, blocks, lanes, owners, values } = table;
  const key = new Uint32Array(cells.length);
  const slot = new Uint16Array(cells.length);
  const columns = additive.map(() => new Float64Array(cells.length));
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    const page = Math.floor(cell / slotsPerPage);
    const owner = owners[page]!;
    key[i] = keys.positionOf(Math.floor(owner / blocks));
    slot[i] = (owner % blocks) * slotsPerPage + (cell - page * slotsPerPage);
    for (let m = 0; m < columns.length; m++) columns[m]![i] = values[cell * lanes + additive[m]!.lane]!;
  }
  return { metrics: additive.map(({ metric }) => metric), key, slot, values: columns };
}

function distinctFigures(
  { grouping, cumulative }: RollupLayout,
  metric: string,
  table: DistinctTable,
  news: SetNews,
  setAxis: number,
  keys: MessageKeys,
): { readonly empty: boolean; readonly value: DistinctFigures } {
  const [counts, cells] =
    grouping.kind === 'axis'
      ? [table.byAxis[setAxis]!, news.byAxis[setAxis]!]
      : grouping.kind === 'hour_of_day'
        ? [table.byHourOfDay!, news.byHourOfDay]
        : [table.total, news.total];
  const { stride } = counts;
  const daily = cells.filter((cell) => cell % stride === 0);
  const hourly = cells.filter((cell) => cell % stride !== 0);
  const keyOf = (cell: number): number => keys.positionOf(Math.floor(cell / stride));
  const countOf = (cell: number): number => counts.counts[cell]!;
  const curve = cumulative && news.curve ? (table.newIdsByMinute?.slice() ?? null) : null;
  if (curve) keys.positionOf(0);
  return {
    empty: cells.length === 0 && curve === null,
    value: {
      metric,
      hourly: {
        key: Uint32Array.from(hourly, keyOf),
        hour: Uint8Array.from(hourly, (cell) => (cell % stride) - 1),
        count: Float64Array.from(hourly, countOf),
      },
      daily: { key: Uint32Array.from(daily, keyOf), count: Float64Array.from(daily, countOf) },
      newIdsByMinute: curve,
      identity: null,
    },
  };
}

function identityOf(
  tables: DayTables,
  { grouping }: RollupLayout,
  set: number,
  setAxis: number,
  { sorted }: SetNews,
  keys: MessageKeys,
): IdentitySets | null {
  if (!sorted) return null;
  const table = tables.sets[set]!;
  if (grouping.kind === 'axis') {
    const sets = sorted.byAxis[setAxis];
    if (!sets) return null;
    // Another rollup by the same dimension gets a copy: a message transfers each array once.
    const copy = sorted.given.has(sets);
    sorted.given.add(sets);
    return copy ? { offsets: sets.offsets.slice(), hi: sets.hi.slice(), lo: sets.lo.slice() } : sets;
  }
  if (grouping.kind === 'total') {
    // A day without applied events speaks of no key.
    const { offsets, ...ids } = identityOfTotal(table, sorted.order);
    return { offsets: keys.local.length > 0 ? offsets : offsets.slice(0, 1), ...ids };
  }
  // Hours that the message does not speak of have no ids, so that the sets of the others lie side by side.
  const { offsets, ...ids } = identityOfHours(table, sorted.order, tables.day.hourOfDay);
  return { offsets: Uint32Array.from([...keys.local.map((hour) => offsets[hour]!), ids.hi.length]), ...ids };
}
