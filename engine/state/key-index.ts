import { grow } from './grow.ts';
import type { Holding } from './loan.ts';

/**
 * Numbers the keys that occur in one day of one dimension 0, 1, 2, … in order of appearance, so that all
 * tables of the day are dense however large the dictionary is.
 */
export interface KeyIndex {
  /** Dictionary code → key number + 1; 0 where the code did not occur. */
  numberOf: Int32Array;
  /** Key number → dictionary code. */
  codes: Int32Array;
  size: number;
}

export interface KeyIndexSnapshot {
  readonly codes: Int32Array;
}

export function createKeyIndex(): KeyIndex {
  return { numberOf: new Int32Array(16), codes: new Int32Array(16), size: 0 };
}

/** Forgets all keys and keeps the room. */
export function clearKeys(index: KeyIndex): void {
  index.numberOf.fill(0);
  index.size = 0;
}

/** Makes room for codes below `codes`. */
export function reserveKeys(index: KeyIndex, codes: number): void {
  index.numberOf = grow(index.numberOf, codes);
}

/** Gives a code that has no number the next one, and returns number + 1. */
export function addKey(index: KeyIndex, code: number): number {
  index.codes = grow(index.codes, index.size + 1);
  index.codes[index.size++] = code;
  index.numberOf[code] = index.size;
  return index.size;
}

export function snapshotKeys({ codes, size }: KeyIndex, holding: Holding): KeyIndexSnapshot {
  return { codes: holding.settled(codes, size) };
}

export function restoreKeys({ codes }: KeyIndexSnapshot): KeyIndex {
  const index = createKeyIndex();
  for (const code of codes) {
    reserveKeys(index, code + 1);
    addKey(index, code);
  }
  return index;
}
