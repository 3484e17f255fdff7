import { GmvError } from '../errors.ts';
import { NULL_CODE } from '../events/dictionary.ts';
import { hashBytes } from '../events/hash.ts';
import { NO_TEXT, type TextSpans } from '../events/record-columns.ts';
import type { ColumnValues } from './encoded-chunk.ts';
import { growRoom } from './grow-room.ts';
import { LENGTH_BYTES } from './text-bytes.ts';
import { createTextList, type TextList } from './text-list.ts';
import type { TextTable } from './text-table.ts';

/** Distinct texts of one row group, numbered 0, 1, 2, … in order of appearance. */
export interface TextEntries<V> {
  /** Writes the number of each row's text, −1 for null, to `out[at …]`; gives how many are null. */
  number(values: V, from: number, to: number, out: Int32Array, at: number): number;
  readonly list: TextList;
  clear(): void;
}

const NULL = -1;

/** Texts as strings; null and undefined are nulls. */
export function createStringEntries(name: string): TextEntries<ColumnValues> {
  const list = createTextList();
  const numbers = new Map<string, number>();
  return {
    list,
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
            list.texts.add(last);
            number = list.number();
            numbers.set(last, number);
          }
          lastNumber = number;
        }
        out[at + i - from] = lastNumber;
      }
      return nulls;
    },
    clear() {
      numbers.clear();
      list.clear();
    },
  };
}

/** Codes of texts that a table holds; 0 is null. The i-th is that of row `rows[i]`. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly rows: Uint32Array;
  readonly table: TextTable;
}

export function createCodedEntries(): TextEntries<CodedTexts> {
  const list = createTextList();
  /** Code → number + 1. */
  let numbers = new Int32Array(0);
  return {
    list,
    number({ codes, rows, table }, from, to, out, at) {
      numbers = growRoom(numbers, table.size);
      const known = numbers;
      let nulls = 0;
      for (let i = from; i < to; i++) {
        const code = codes[rows[i]!]!;
        if (code === NULL_CODE) nulls++;
        else if (known[code] === 0) {
          table.copyText(code, list.texts);
          known[code] = list.number() + 1;
        }
        // The null code has no number: NULL.
        out[at + i - from] = known[code]! - 1;
      }
      return nulls;
    },
    clear() {
      numbers.fill(0);
      list.clear();
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
  const list = createTextList();
  const { texts } = list;
  const hash = new Uint32Array(4);
  let index = new Uint32Array(2 * SLOT);
  const is = (number: number, view: DataView, first: number, last: number): boolean =>
    isTextAt(texts.view, list.starts[number]!, view, first, last);
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
    const number = list.number();
    index[at] = wanted;
    index[at + 1] = number + 1;
    index = withRoom(index, list.count);
    return number;
  };
  return {
    list,
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
      list.clear();
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
