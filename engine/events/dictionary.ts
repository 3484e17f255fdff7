import { isUtf8 } from 'node:buffer';
import { createTextArena, type ManyTexts, type TextIdentities, type TextsSnapshot } from './text-arena.ts';
import { MAX_COLUMN_BYTES, MAX_TEXT_BYTES } from './text-limit.ts';

/** The code of a null, and those of values that get none: the dictionary is full, or they are no text to keep. */
export const NULL_CODE = 0;
export const REFUSED_CODE = -1;
export const TOO_LONG_CODE = -2;
export const NOT_UTF8_CODE = -3;

/**
 * Append-only codes for the values of one category column, owned by one thread. Code 0 is null. A value past
 * `cap`, or past {@link MAX_COLUMN_BYTES} with all others, gets {@link REFUSED_CODE}; one longer than
 * {@link MAX_TEXT_BYTES} gets {@link TOO_LONG_CODE} and one that is no UTF-8 {@link NOT_UTF8_CODE}. The pipeline rejects
 * their events by the reasons `cardinality:<column>`, `text_too_long:<column>` and `not_utf8:<column>`.
 */
export interface Dictionary {
  readonly column: string;
  /** Number of codes in use, null's included. */
  readonly size: number;
  codeOf(value: string | null): number;
  /** As `codeOf`, straight from the UTF-8 bytes [start, end) of `view`: no string is made. */
  codeOfBytes(view: DataView, start: number, end: number): number;
  /** As `codeOfBytes` for many texts; fills `out[at…]`. */
  codesOfTexts(texts: ManyTexts, out: Int32Array, at: number): void;
  valueOf(code: number): string | null;
  /** A 32-bit hash of the value, equal in every thread and process; 0 for null. */
  hashOf(code: number): number;
  /** How often a value was refused because the dictionary is full. */
  readonly refused: number;
  /** All values but null, in the order of their codes. */
  identities(): TextIdentities;
  /** The same, or those from code `from` on, to be kept; see {@link restoreDictionary}. */
  snapshot(from?: number): TextsSnapshot;
  /** All values but null as views, which never change. */
  texts(): TextsSnapshot;
}

const encoder = new TextEncoder();

/** Creates an empty dictionary for up to `cap` values. */
export function createDictionary(column: string, cap: number): Dictionary {
  const arena = createTextArena();
  /** Strings made so far, by code. */
  const values: (string | null | undefined)[] = [null];
  const codes = new Map<string, number>();
  let refused = 0;

  const codeOfBytes = (view: DataView, start: number, end: number): number => {
    const length = end - start;
    if (length > MAX_TEXT_BYTES) return TOO_LONG_CODE;
    const code = arena.find(view, start, end);
    if (code !== NULL_CODE) return code;
    if (!isUtf8(new Uint8Array(view.buffer, view.byteOffset + start, length))) return NOT_UTF8_CODE;
    if (arena.size <= cap && arena.byteLength + length <= MAX_COLUMN_BYTES)
      return arena.append(view, start, end);
    refused++;
    return REFUSED_CODE;
  };

  return {
    column,
    get size() {
      return arena.size;
    },
    codeOf(value) {
      if (value === null) return NULL_CODE;
      const known = codes.get(value);
      if (known !== undefined) return known;
      const { buffer, byteOffset, byteLength } = encoder.encode(value);
      const code = codeOfBytes(new DataView(buffer, byteOffset, byteLength), 0, byteLength);
      if (code > NULL_CODE) codes.set(value, code);
      return code;
    },
    codeOfBytes,
    codesOfTexts(texts, out, at) {
      const { view, starts, ends, length } = texts;
      arena.findMany(texts, out, at);
      for (let i = 0; i < length; i++) {
        if (out[at + i] === 0) out[at + i] = codeOfBytes(view, starts[i]!, ends[i]!);
      }
    },
    valueOf(code) {
      const value = values[code];
      if (value !== undefined || code <= NULL_CODE || code >= arena.size) return value ?? null;
      const text = arena.textOf(code);
      values[code] = text;
      return text;
    },
    hashOf: (code) => (code > NULL_CODE ? arena.hashOf(code) : 0),
    get refused() {
      return refused;
    },
    identities: () => arena.identities(),
    snapshot: (from) => arena.snapshot(from),
    texts: () => arena.texts(),
  };
}

/** Appends the values of a snapshot: an empty dictionary gives them the codes that they had, another the codes behind its own. */
export function restoreDictionary(dictionary: Dictionary, { bytes, ends }: TextsSnapshot): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (const end of ends) {
    dictionary.codeOfBytes(view, start, end);
    start = end;
  }
}

/** One dictionary per category column of a thread. */
export type Dictionaries = Readonly<Record<string, Dictionary>>;
