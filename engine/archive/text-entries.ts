import { GmvError } from '../errors.ts';
import { NULL_CODE } from '../events/dictionary.ts';
import { hashBytes } from '../events/hash.ts';
import { NO_TEXT, type TextSpans } from '../events/record-columns.ts';
import type { ColumnValues } from './encoded-chunk.ts';
import { growRoom } from './grow-room.ts';
import { createTextBytes, LENGTH_BYTES, type TextBytes } from './text-bytes.ts';
import type { TextTable } from './text-table.ts';

/** Distinct texts of one row group, numbered 0, 1, 2, … in order of appearance. */
export interface TextEntries<V> {
  /** Writes the number of each row's text, −1 for null, to `out[at …]`; gives how many are null. */
  number(values: V, from: number, to: number, out: Int32Array, at: number): number;
  /** The texts, laid out plainly, and where each ends. */
  readonly texts: TextBytes;
  readonly ends: readonly number[];
  clear(): void;
}

const NULL = -1;

/** Texts as strings; null and undefined are nulls. */
export function createStringEntries(name: string): TextEntries<ColumnValues> {
  const texts = createTextBytes();
  const ends: number[] = [];
  const numbers = new Map<string, number>();
  return {
    texts,
    ends,
    number(values, from, to, out, at) {
      let last: string | null = null;
      let lastNumber = NULL;
      let nulls = 0;
      for (let i = from; i < to; i++) {
        const value = values[i];
        if (value === null || value === undefined) {
          out[at + i - from] = NULL;
          nulls++;
          continue;
        }
        if (value !== last) {
          last = asText(name, value);
          let number = numbers.get(last);
          if (number === undefined) {
            number = ends.length;
            numbers.set(last, number);
            texts.add(last);
            ends.push(texts.end);
          }
          lastNumber = number;
        }
        out[at + i - from] = lastNumber;
      }
      return nulls;
    },
    clear() {
      numbers.clear();
      texts.clear();
      ends.length = 0;
    },
  };
}

/** Codes of texts that a table holds; one that is not above zero is null. The i-th is that of row `rows[i]`. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly rows: Uint32Array;
  readonly table: TextTable;
}

export function createCodedEntries(): TextEntries<CodedTexts> {
  const texts = createTextBytes();
  const ends: number[] = [];
  const met: number[] = [];
  /** Code → number + 1. */
  let numbers = new Int32Array(0);
  const meet = (code: number, table: TextTable): void => {
    table.copyText(code, texts);
    numbers[code] = ends.push(texts.end);
    met.push(code);
  };
  return {
    texts,
    ends,
    number({ codes, rows, table }, from, to, out, at) {
      numbers = growRoom(numbers, table.size);
      const known = numbers;
      let nulls = 0;
      for (let i = from; i < to; i++) {
        const code = codes[rows[i]!]!;
        if (code <= NULL_CODE) {
          out[at + i - from] = NULL;
          nulls++;
          continue;
        }
        if (known[code] === 0) meet(code, table);
        out[at + i - from] = known[code]! - 1;
      }
      return nulls;
    },
    clear() {
      for (const code of met) numbers[code] = 0;
      met.length = 0;
      texts.clear();
      ends.length = 0;
    },
  };
}

/** Texts as stretches of bytes. The i-th is that of row `rows[i]`. */
export interface SpannedTexts extends TextSpans {
  readonly view: DataView;
  readonly rows: Uint32Array;
}

/** Lanes of an index slot: the text's hash, and its number + 1; 0 where it is free. */
const SLOT = 2;

/** By open addressing over the texts as they are laid out: nothing is made for a text, and the index is used again. */
export function createSpannedEntries(): TextEntries<SpannedTexts> {
  const texts = createTextBytes();
  const ends: number[] = [];
  const hash = new Uint32Array(4);
  let index = new Uint32Array(2 * SLOT);
  const is = (number: number, view: DataView, first: number, last: number): boolean =>
    isTextAt(texts.view, number === 0 ? 0 : ends[number - 1]!, view, first, last);
  const find = (view: DataView, first: number, last: number): number => {
    hashBytes(view, first, last, hash);
    const wanted = hash[0]!;
    const wrap = index.length - 1;
    let at = (wanted * SLOT) & wrap;
    for (; index[at + 1] !== 0; at = (at + SLOT) & wrap) {
      const number = index[at + 1]! - 1;
      if (index[at] === wanted && is(number, view, first, last)) return number;
    }
    texts.addBytes(view, first, last);
    index[at] = wanted;
    index[at + 1] = ends.push(texts.end);
    index = withRoom(index, ends.length);
    return ends.length - 1;
  };
  return {
    texts,
    ends,
    number({ view, start, end, rows }, from, to, out, at) {
      let before = NULL;
      let nulls = 0;
      for (let i = from; i < to; i++) {
        const row = rows[i]!;
        const first = start[row]!;
        if (first === NO_TEXT) {
          out[at + i - from] = NULL;
          nulls++;
          continue;
        }
        const last = end[row]!;
        // The lines of an order often come together.
        if (before === NULL || !is(before, view, first, last)) before = find(view, first, last);
        out[at + i - from] = before;
      }
      return nulls;
    },
    clear() {
      index.fill(0);
      texts.clear();
      ends.length = 0;
    },
  };
}

/** The index, or a larger one that holds the same, of a power of two of slots; at most half of them taken by `texts`. */
function withRoom(index: Uint32Array<ArrayBuffer>, texts: number): Uint32Array<ArrayBuffer> {
  if (index.length >= 2 * texts * SLOT) return index;
  const grown = new Uint32Array(SLOT << (33 - Math.clz32(texts)));
  const wrap = grown.length - 1;
  for (let from = 0; from < index.length; from += SLOT) {
    if (index[from + 1] === 0) continue;
    let at = (index[from]! * SLOT) & wrap;
    while (grown[at + 1] !== 0) at = (at + SLOT) & wrap;
    grown[at] = index[from]!;
    grown[at + 1] = index[from + 1]!;
  }
  return grown;
}

/** Whether the text that is laid out at `at` is [first, last) of `view`. */
function isTextAt(laidOut: DataView, at: number, view: DataView, first: number, last: number): boolean {
  if (laidOut.getInt32(at, true) !== last - first) return false;
  const shift = at + LENGTH_BYTES - first;
  let byte = first;
  for (; byte + 4 <= last; byte += 4) {
    if (laidOut.getInt32(byte + shift, true) !== view.getInt32(byte, true)) return false;
  }
  for (; byte < last; byte++) if (laidOut.getUint8(byte + shift) !== view.getUint8(byte)) return false;
  return true;
}

export function asText(name: string, value: string | number): string {
  if (typeof value === 'string') return value;
  throw new GmvError(
    'archive_value',
    `column "${name}" holds texts, got the number ${value}`,
    'Pass a string.',
  );
}
