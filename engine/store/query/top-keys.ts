import type { Key } from '../../figures/day-figures.ts';

/**
 * Places of the rows to keep, in their order: value descending (unknown last), then key ascending by UTF-16
 * code unit, null last. `top` keeps that many.
 */
export function topKeys(options: {
  keys: readonly Key[];
  places: readonly number[];
  /** Of the first metric; null where it is not known. */
  figureOf: (place: number) => number | null;
  top: number | undefined;
}): number[] {
  const { keys, places, figureOf, top = Number.POSITIVE_INFINITY } = options;
  const values = Float64Array.from(places, (place) => figureOf(place) ?? Number.NEGATIVE_INFINITY);
  const compare = (a: number, b: number): number => {
    const left = values[a]!;
    const right = values[b]!;
    return left === right ? compareKeys(keys[places[a]!]!, keys[places[b]!]!) : left > right ? -1 : 1;
  };
  let best: number[] = [];
  if (places.length <= 4 * top) {
    best = Array.from(places, (_, i) => i)
      .sort(compare)
      .slice(0, top);
  } else {
    for (let i = 0; i < places.length; i++) {
      if (best.length === top && compare(i, best[top - 1]!) > 0) continue;
      let at = best.length;
      while (at > 0 && compare(i, best[at - 1]!) < 0) at--;
      best.splice(at, 0, i);
      if (best.length > top) best.pop();
    }
  }
  return best.map((i) => places[i]!);
}

function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
