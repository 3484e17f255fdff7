import { createTextArena } from './text-arena.ts';

/** The code of a null and of a value refused because the dictionary is full. */
export const NULL_CODE = 0;
export const REFUSED_CODE = -1;

/**
 * Append-only codes for the values of one category column, owned by one thread. Code 0 is null; a value
 * past `cap` gets {@link REFUSED_CODE}, and the pipeline rejects its event by the reason `cardinality:<column>`.
 */
export interface Dictionary {
  readonly column: string;
  /** Number of codes in use, null's included. */
  readonly size: number;
  codeOf(value: string | null): number;
  /** As `codeOf`, straight from the UTF-8 bytes [start, end) of `view`: no string is made. */
  codeOfBytes(view: DataView, start: number, end: number): number;
  valueOf(code: number): string | null;
  /** A 32-bit hash of the value, equal in every thread and process; 0 for null. */
  hashOf(code: number): number;
}

const encoder = new TextEncoder();

/** Creates an empty dictionary for up to `cap` values. */
export function createDictionary(column: string, cap: number): Dictionary {
  const arena = createTextArena();
  /** Strings made so far, by code. */
  const values: (string | null | undefined)[] = [null];
  const codes = new Map<string, number>();

  const codeOfBytes = (view: DataView, start: number, end: number): number => {
    const code = arena.find(view, start, end);
    if (code !== NULL_CODE) return code;
    return arena.size > cap ? REFUSED_CODE : arena.append(view, start, end);
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
      if (code !== REFUSED_CODE) codes.set(value, code);
      return code;
    },
    codeOfBytes,
    valueOf(code) {
      const value = values[code];
      if (value !== undefined || code <= NULL_CODE || code >= arena.size) return value ?? null;
      const text = arena.textOf(code);
      values[code] = text;
      return text;
    },
    hashOf: (code) => (code > NULL_CODE ? arena.hashOf(code) : 0),
  };
}

/** One dictionary per category column of a thread. */
export type Dictionaries = Readonly<Record<string, Dictionary>>;
