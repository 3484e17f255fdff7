import type { TextsSnapshot } from '../events/text-arena.ts';
import { viewOf } from '../events/view-of.ts';
import { growRoom } from './grow-room.ts';
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
  let size = 1;
  /** Text n lies between ends[n − 1] and ends[n]. */
  let ends = new Uint32Array(1);
  return {
    get size() {
      return size;
    },
    append(texts) {
      const base = ends[size - 1]!;
      const length = base + texts.bytes.length;
      if (length > bytes.length) {
        bytes = growRoom(bytes, length);
        view = viewOf(bytes);
      }
      bytes.set(texts.bytes, base);
      ends = growRoom(ends, size + texts.ends.length);
      for (const end of texts.ends) ends[size++] = base + end;
    },
    copyText: (code, into) => into.addBytes(view, ends[code - 1]!, ends[code]!),
    textOf: (code) => decoder.decode(bytes.subarray(ends[code - 1], ends[code])),
    clear() {
      size = 1;
    },
  };
}
