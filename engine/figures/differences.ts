import type { DayFigures, DistinctFigures, Key, RollupFigures } from './day-figures.ts';

/** A figure that two accounts of one day tell differently; what one of them doesn't tell is 0. */
export interface Difference {
  readonly rollup: string;
  readonly metric: string;
  readonly key: Key;
  /** The rollup's slot of an additive cell, an hour slot of a distinct count, a minute of a curve; null: of the whole day. */
  readonly at: { readonly kind: 'slot' | 'hour' | 'minute'; readonly index: number } | null;
  readonly a: number;
  readonly b: number;
}

export interface Differences {
  /** Figures compared: those that either tells. */
  readonly figures: number;
  readonly differing: number;
  /** The first of them, by the order of a's rollups. */
  readonly first: readonly Difference[];
}

/** Slots and hours of a day stay below. */
const PLACES = 4096;
const WHOLE_DAY = PLACES - 1;

/**
 * Compares all sums, counts and curves of two accounts of one day, whatever the order of their keys and rows. Who was
 * counted is not looked at.
 */
export function differencesOf(a: DayFigures, b: DayFigures, most = 20): Differences {
  const first: Difference[] = [];
  let figures = 0;
  let differing = 0;
  const note = (difference: Difference): void => {
    figures++;
    if (difference.a === difference.b) return;
    differing++;
    if (first.length < most) first.push(difference);
  };
  const names = new Set([...a.rollups, ...b.rollups].map(({ rollup }) => rollup));
  for (const rollup of names) {
    const [left, right] = [a, b].map((day) => day.rollups.find((each) => each.rollup === rollup));
    compareRollup({ rollup, left, right, note });
  }
  return { figures, differing, first };
}

interface Sides<T> {
  readonly left: T | undefined;
  readonly right: T | undefined;
}

type Note = (difference: Difference) => void;

function compareRollup(options: Sides<RollupFigures> & { rollup: string; note: Note }): void {
  const { rollup, left, right, note } = options;
  const keys = new Map<Key, number>();
  const keysOf = (side: RollupFigures | undefined): number[] =>
    (side?.keys ?? []).map((key) => {
      const known = keys.get(key) ?? keys.size;
      keys.set(key, known);
      return known;
    });
  const [leftKeys, rightKeys] = [keysOf(left), keysOf(right)];
  const names = [...keys.keys()];

  const metrics = new Set([...(left?.cells.metrics ?? []), ...(right?.cells.metrics ?? [])]);
  for (const metric of metrics) {
    const cellsOf = (side: RollupFigures | undefined, known: readonly number[]): Map<number, number> => {
      const found = new Map<number, number>();
      const values = side?.cells.values[side.cells.metrics.indexOf(metric)];
      if (!side || !values) return found;
      const { key, slot } = side.cells;
      for (let i = 0; i < key.length; i++) {
        if (values[i] !== 0) found.set(known[key[i]!]! * PLACES + slot[i]!, values[i]!);
      }
      return found;
    };
    compareMaps(cellsOf(left, leftKeys), cellsOf(right, rightKeys), (place, values) =>
      note({ rollup, metric, key: keyAt(names, place), at: placeAt('slot', place), ...values }),
    );
  }

  const counted = new Set(
    [...(left?.distinct ?? []), ...(right?.distinct ?? [])].map(({ metric }) => metric),
  );
  for (const metric of counted) {
    const of = (side: RollupFigures | undefined) => side?.distinct.find((each) => each.metric === metric);
    const [one, other] = [of(left), of(right)];
    compareMaps(countsOf(one, leftKeys), countsOf(other, rightKeys), (place, values) =>
      note({ rollup, metric, key: keyAt(names, place), at: placeAt('hour', place), ...values }),
    );
    compareMaps(curveOf(one), curveOf(other), (minute, values) =>
      note({ rollup, metric, key: null, at: { kind: 'minute', index: minute }, ...values }),
    );
  }
}

function countsOf(figures: DistinctFigures | undefined, keys: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  if (!figures) return found;
  const { hourly, daily } = figures;
  for (let i = 0; i < hourly.key.length; i++) {
    if (hourly.count[i] !== 0) found.set(keys[hourly.key[i]!]! * PLACES + hourly.hour[i]!, hourly.count[i]!);
  }
  for (let i = 0; i < daily.key.length; i++) {
    if (daily.count[i] !== 0) found.set(keys[daily.key[i]!]! * PLACES + WHOLE_DAY, daily.count[i]!);
  }
  return found;
}

function curveOf(figures: DistinctFigures | undefined): Map<number, number> {
  const found = new Map<number, number>();
  for (const [minute, ids] of figures?.newIdsByMinute?.entries() ?? []) if (ids !== 0) found.set(minute, ids);
  return found;
}

function compareMaps(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
  note: (place: number, values: { readonly a: number; readonly b: number }) => void,
): void {
  for (const [place, value] of a) note(place, { a: value, b: b.get(place) ?? 0 });
  for (const [place, value] of b) if (!a.has(place)) note(place, { a: 0, b: value });
}

const keyAt = (names: readonly Key[], place: number): Key => names[Math.floor(place / PLACES)] ?? null;

function placeAt(kind: 'slot' | 'hour', place: number): Difference['at'] {
  const index = place % PLACES;
  return index === WHOLE_DAY ? null : { kind, index };
}
