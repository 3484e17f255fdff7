import { hashBytes } from './hash.ts';

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
  /** As `codeOf`, straight from UTF-8 bytes: no string is made for a value that is known. */
  codeOfBytes(bytes: Uint8Array, start: number, end: number): number;
  valueOf(code: number): string | null;
  /** A 32-bit hash of the value, equal in every thread and process; 0 for null. */
  hashOf(code: number): number;
}

const decoder = new TextDecoder('utf-8', { fatal: false });
const encoder = new TextEncoder();

/** Creates an empty dictionary for up to `cap` values. */
export function createDictionary(column: string, cap: number): Dictionary {
  const values: (string | null)[] = [null];
  let hashes = new Uint32Array(64);
  const codes = new Map<string, number>();
  const byHash = new Map<number, number[]>();
  const encoded: Uint8Array[] = [new Uint8Array(0)];
  const lanes = new Uint32Array(4);

  const sameBytes = (known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean => {
    if (known.length !== end - start) return false;
    for (let i = 0; i < known.length; i++) if (known[i] !== bytes[start + i]) return false;
    return true;
  };

  const codeOfBytes = (bytes: Uint8Array, start: number, end: number): number => {
    hashBytes(bytes, start, end, lanes);
    const hash = lanes[0]!;
    const bucket = byHash.get(hash);
    if (bucket) for (const code of bucket) if (sameBytes(encoded[code]!, bytes, start, end)) return code;
    if (values.length > cap) return REFUSED_CODE;
    const code = values.length;
    const copy = bytes.slice(start, end);
    const value = decoder.decode(copy);
    values.push(value);
    encoded.push(copy);
    if (hashes.length <= code) {
      const grown = new Uint32Array(hashes.length * 2);
      grown.set(hashes);
      hashes = grown;
    }
    hashes[code] = hash;
    if (bucket) bucket.push(code);
    else byHash.set(hash, [code]);
    codes.set(value, code);
    return code;
  };

  return {
    column,
    get size() {
      return values.length;
    },
    codeOf(value) {
      if (value === null) return NULL_CODE;
      const known = codes.get(value);
      if (known !== undefined) return known;
      const bytes = encoder.encode(value);
      return codeOfBytes(bytes, 0, bytes.length);
    },
    codeOfBytes,
    valueOf: (code) => values[code] ?? null,
    hashOf: (code) => (code > 0 ? hashes[code]! : 0),
  };
}

/** One dictionary per category column of a thread. */
export type Dictionaries = Readonly<Record<string, Dictionary>>;
