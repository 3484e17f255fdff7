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
import type { CellTable } from '../../state/cell-table.ts';
import { type CountTable, countedCells } from '../../state/count-table.ts';
import { takeDirty } from '../../state/dirty-list.ts';
import { type DistinctTable, HOURS_OF_DAY } from '../../state/distinct-table.ts';
import {
  identityOfAxis,
  identityOfHours,
  identityOfTotal,
  type KeySets,
  type SortedIdentity,
  sortIdentity,
} from '../../state/identity-sets.ts';
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
  readonly identity: SortedIdentity | null;
  /** Sets by axis, once made. */
  readonly byKey: (KeySets | undefined)[];
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
    const sizes = layout.sets[set]!.axes.map((axis) => tables.keys[axis]!.size);
    const isKept = layout.rollups.some(
      (rollup) => rollup.identity && rollup.distinct.some((d) => d.set === set),
    );
    return newsOf(table, complete ? sizes : null, complete && isKept);
  });
  return layout.rollups
    .map((_, rollup) => figuresOfRollup(tables, options, rollup, news))
    .filter((figures) => figures.keys.length > 0);
}

/** `sizes`: keys by axis where everything is to be told, null where changes are. */
function newsOf(table: DistinctTable, sizes: readonly number[] | null, withIdentity: boolean): SetNews {
  const cellsOf = (counts: CountTable, keys: number): Int32Array =>
    sizes ? countedCells(counts, keys) : counts.dirty ? takeDirty(counts.dirty) : NO_CELLS;
  const curve = table.newIdsByMinute !== null && (sizes !== null || table.curveChanged);
  table.curveChanged = false;
  return {
    total: cellsOf(table.total, 1),
    byAxis: table.byAxis.map((counts, axis) => cellsOf(counts, sizes?.[axis] ?? 0)),
    byHourOfDay: table.byHourOfDay ? cellsOf(table.byHourOfDay, HOURS_OF_DAY) : NO_CELLS,
    curve,
    identity: withIdentity ? sortIdentity(table) : null,
    byKey: [],
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
  const cells = complete
    ? allCells(table, rollup, keys)
    : additiveCells(table, table.dirty ? takeDirty(table.dirty) : NO_CELLS, rollup, keys);
  const distinct = rollup.distinct.flatMap(({ metric, set, setAxis }) => {
    const figures = distinctFigures(rollup, metric, tables.sets[set]!, news[set]!, setAxis, keys);
    if (!complete) return figures.empty ? [] : [figures.value];
    const identity = rollup.identity ? identityOf(tables, rollup, set, setAxis, news[set]!, keys) : null;
    return [{ ...figures.value, identity }];
  });
  return {
    rollup: rollup.name,
    keys: keyNames(tables, rollup, layout, dictionaries, keys.local),
    cells,
    distinct,
  };
}

/** Keys 0 … size−1, each in its own place. */
function allOf(size: number): MessageKeys {
  const local: number[] = [];
  for (let key = 0; key < size; key++) local.push(key);
  return { local, positionOf: (key) => key };
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
  keys: readonly number[],
): Key[] {
  if (grouping.kind === 'total') return keys.map(() => null);
  if (grouping.kind === 'hour_of_day') return keys.map(String);
  const dictionary = columnOf(dictionaries, layout.axes[grouping.axis]!.column);
  const { codes } = tables.keys[grouping.axis]!;
  const names: Key[] = [];
  for (let i = 0; i < keys.length; i++) names.push(dictionary.valueOf(codes[keys[i]!]!));
  return names;
}

function additiveCells(
  table: CellTable,
  cells: Int32Array,
  { additive }: RollupLayout,
  keys: MessageKeys,
): AdditiveCells {
  const key = new Uint32Array(cells.length);
  const slot = new Uint16Array(cells.length);
  for (let i = 0; i < cells.length; i++) {
    key[i] = keys.positionOf(table.keys[cells[i]!]!);
    slot[i] = table.slots[cells[i]!]!;
  }
  const values = additive.map(({ lane }) => {
    const column = new Float64Array(cells.length);
    for (let i = 0; i < column.length; i++) column[i] = table.values[cells[i]! * table.lanes + lane]!;
    return column;
  });
  return { metrics: additive.map(({ metric }) => metric), key, slot, values };
}

/** As {@link additiveCells} of all cells, which lie as they are to be told. */
function allCells(table: CellTable, { additive, grouping }: RollupLayout, keys: MessageKeys): AdditiveCells {
  const { size, lanes } = table;
  const key = table.keys.slice(0, size);
  if (grouping.kind === 'hour_of_day') for (let i = 0; i < size; i++) key[i] = keys.positionOf(key[i]!);
  const values = additive.map(({ lane }) => {
    const column = new Float64Array(size);
    for (let i = 0, at = lane; i < size; i++, at += lanes) column[i] = table.values[at]!;
    return column;
  });
  return { metrics: additive.map(({ metric }) => metric), key, slot: table.slots.slice(0, size), values };
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
  const curve = cumulative && news.curve ? (table.newIdsByMinute?.slice() ?? null) : null;
  if (curve) keys.positionOf(0);
  return {
    empty: cells.length === 0 && curve === null,
    value: { metric, ...countsOfCells(counts, cells, keys), newIdsByMinute: curve, identity: null },
  };
}

/** Tells a key's cells apart: the first is of the day, the others of its hours. */
function countsOfCells(
  { counts, stride }: CountTable,
  cells: Int32Array,
  keys: MessageKeys,
): Pick<DistinctFigures, 'hourly' | 'daily'> {
  let days = 0;
  for (let i = 0; i < cells.length; i++) days += cells[i]! % stride === 0 ? 1 : 0;
  const hours = cells.length - days;
  const daily = { key: new Uint32Array(days), count: new Float64Array(days) };
  const hourly = {
    key: new Uint32Array(hours),
    hour: new Uint8Array(hours),
    count: new Float64Array(hours),
  };
  let day = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    const key = (cell / stride) | 0;
    const slot = cell - key * stride;
    if (slot === 0) {
      daily.key[day] = keys.positionOf(key);
      daily.count[day++] = counts[cell]!;
    } else {
      const at = i - day;
      hourly.key[at] = keys.positionOf(key);
      hourly.hour[at] = slot - 1;
      hourly.count[at] = counts[cell]!;
    }
  }
  return { hourly, daily };
}

function identityOf(
  tables: DayTables,
  { grouping }: RollupLayout,
  set: number,
  setAxis: number,
  { identity, byKey }: SetNews,
  keys: MessageKeys,
): IdentitySets | null {
  if (!identity) return null;
  const table = tables.sets[set]!;
  if (grouping.kind === 'axis') {
    const made = byKey[setAxis];
    // Another rollup by the same dimension gets a copy: a message transfers each array once.
    if (made) return { offsets: made.offsets.slice(), hi: made.hi.slice(), lo: made.lo.slice() };
    const sets = identityOfAxis(table, identity, setAxis, keys.local.length);
    byKey[setAxis] = sets;
    return sets;
  }
  if (grouping.kind === 'total') {
    // A day without applied events speaks of no key.
    const { offsets, ...ids } = identityOfTotal(identity);
    return { offsets: keys.local.length > 0 ? offsets : offsets.slice(0, 1), ...ids };
  }
  // Hours that the message does not speak of have no ids, so that the sets of the others lie side by side.
  const { offsets, ...ids } = identityOfHours(table, identity, tables.day.hourOfDay);
  return { offsets: Uint32Array.from([...keys.local.map((hour) => offsets[hour]!), ids.hi.length]), ...ids };
}
