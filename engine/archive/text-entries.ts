import { GmvError } from '../errors.ts';
import { NULL_CODE } from '../events/dictionary.ts';
import { hashBytes } from '../events/hash.ts';
import { NO_TEXT, type TextSpans } from '../events/record-columns.ts';
import type { ColumnValues } from './encoded-chunk.ts';
import { createTextBytes, LENGTH_BYTES, type TextBytes } from './text-bytes.ts';
import type { TextTable } from './text-table.ts';

/** Distinct texts of one row group, numbered 0, 1, 2, … in order of appearance. */
export interface TextEntries<V> {
  /** Writes the number of each row's text, −1 for null, to `out[0 … to−from−1]`. */
  number(values: V, from: number, to: number, out: Int32Array): void;
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
    number(values, from, to, out) {
      let last: string | null = null;
      let lastNumber = NULL;
      for (let i = from; i < to; i++) {
        const value = values[i];
        if (value === null || value === undefined) {
          out[i - from] = NULL;
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
        out[i - from] = lastNumber;
      }
    },
    clear() {
      numbers.clear();
      texts.clear();
      ends.length = 0;
    },
  };
}

/** Codes of texts that a table holds; one that is not above zero is null. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly table: TextTable;
}

export function createCodedEntries(): TextEntries<CodedTexts> {
  const texts = createTextBytes();
  const ends: number[] = [];
  const met: number[] = [];
  /** Code → number + 1. */
  let numbers = new Int32Array(0);
  return {
    texts,
    ends,
    number({ codes, table }, from, to, out) {
      if (numbers.length < table.size) {
        const grown = new Int32Array(table.size * 2);
        grown.set(numbers);
        numbers = grown;
      }
      for (let i = from; i < to; i++) {
        const code = codes[i]!;
        if (code > NULL_CODE && numbers[code] === 0) {
          table.copyText(code, texts);
          numbers[code] = ends.push(texts.end);
          met.push(code);
        }
        out[i - from] = code > NULL_CODE ? numbers[code]! - 1 : NULL;
      }
    },
    clear() {
      for (const code of met) numbers[code] = 0;
      met.length = 0;
      texts.clear();
      ends.length = 0;
    },
  };
}

/** Texts as stretches of bytes. */
export interface SpannedTexts extends TextSpans {
  readonly bytes: Uint8Array;
}

/** Lanes of an index slot: the text's hash, and its number + 1; 0 where it is free. */
const SLOT = 2;

/** By open addressing over the texts as they are laid out: nothing is made for a text, and the index is used again. */
export function createSpannedEntries(): TextEntries<SpannedTexts> {
  const texts = createTextBytes();
  const ends: number[] = [];
  const hash = new Uint32Array(4);
  let index = new Uint32Array(SLOT);
  return {
    texts,
    ends,
    number({ bytes, start, end }, from, to, out) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      index = withRoom(index, ends.length + to - from);
      const wrap = index.length - 1;
      for (let i = from; i < to; i++) {
        const first = start[i]!;
        if (first === NO_TEXT) {
          out[i - from] = NULL;
          continue;
        }
        const last = end[i]!;
        hashBytes(view, first, last, hash);
        const wanted = hash[0]!;
        let at = (wanted * SLOT) & wrap;
        for (; index[at + 1] !== 0; at = (at + SLOT) & wrap) {
          const known = index[at + 1]! - 1;
          if (index[at] === wanted && isTextAt(texts.view, ends[known - 1] ?? 0, view, first, last)) break;
        }
        if (index[at + 1] === 0) {
          texts.addBytes(bytes, first, last);
          index[at] = wanted;
          index[at + 1] = ends.push(texts.end);
        }
        out[i - from] = index[at + 1]! - 1;
      }
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
