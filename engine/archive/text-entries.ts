import { GmvError } from '../errors.ts';
import { NULL_CODE } from '../events/dictionary.ts';
import { NO_TEXT, type TextSpans } from '../events/record-columns.ts';
import { createTextArena } from '../events/text-arena.ts';
import type { ColumnValues } from './encoded-chunk.ts';
import { createTextBytes, type TextBytes } from './text-bytes.ts';
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

export function createSpannedEntries(): TextEntries<SpannedTexts> {
  const texts = createTextBytes();
  const ends: number[] = [];
  let arena = createTextArena();
  return {
    texts,
    ends,
    number({ bytes, start, end }, from, to, out) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let i = from; i < to; i++) {
        const first = start[i]!;
        if (first === NO_TEXT) {
          out[i - from] = NULL;
          continue;
        }
        let number = arena.find(view, first, end[i]!);
        if (number === 0) {
          number = arena.append(view, first, end[i]!);
          texts.addBytes(bytes, first, end[i]!);
          ends.push(texts.end);
        }
        out[i - from] = number - 1;
      }
    },
    clear() {
      arena = createTextArena();
      texts.clear();
      ends.length = 0;
    },
  };
}

export function asText(name: string, value: string | number): string {
  if (typeof value === 'string') return value;
  throw new GmvError(
    'archive_value',
    `column "${name}" holds texts, got the number ${value}`,
    'Pass a string.',
  );
}
