import type { TextsSnapshot } from '../events/text-arena.ts';
import { viewOf } from './copy-text.ts';
import type { TextBytes } from './text-bytes.ts';

/** The texts of a dictionary that another thread fills, by code: 1, 2, 3, …; 0 is null. */
export interface TextTable {
  /** The code that the next text gets. */
  readonly size: number;
  /** Appends texts, in the order of their codes. */
  append(texts: TextsSnapshot): void;
  copyText(code: number, into: TextBytes): void;
  textOf(code: number): string;
  /** Forgets all texts. */
  clear(): void;
}

export function createTextTable(): TextTable {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let bytes = new Uint8Array(1024);
  let view = viewOf(bytes);
  /** Text n lies between ends[n − 1] and ends[n]. */
  const ends: number[] = [0];
  return {
    get size() {
      return ends.length;
    },
    append(texts) {
      const base = ends[ends.length - 1]!;
      const length = base + texts.bytes.length;
      if (length > bytes.length) {
        const grown = new Uint8Array(Math.max(length, bytes.length * 2));
        grown.set(bytes);
        bytes = grown;
        view = viewOf(grown);
      }
      bytes.set(texts.bytes, base);
      for (const end of texts.ends) ends.push(base + end);
    },
    copyText: (code, into) => into.addBytes(view, ends[code - 1]!, ends[code]!),
    textOf: (code) => decoder.decode(bytes.subarray(ends[code - 1], ends[code])),
    clear() {
      ends.length = 1;
    },
  };
}
