import { copyText } from './copy-text.ts';

const encoder = new TextEncoder();

/** What a text takes besides its own bytes. */
export const LENGTH_BYTES = 4;

/** Texts laid out as Parquet's plain BYTE_ARRAY: a 32-bit length, then UTF-8, one after the other. */
export interface TextBytes {
  /** Appends a text; its place is `[end before, end after)`. */
  add(text: string): void;
  /** Appends the text whose UTF-8 is [start, stop) of `from`. */
  addBytes(from: DataView, start: number, stop: number): void;
  /** Appends [start, stop) of `from`, which is laid out already. */
  copy(from: DataView, start: number, stop: number): void;
  readonly end: number;
  /** Of what was appended, and more; another one once that has grown. */
  readonly view: DataView;
  /** A view of what was appended; valid until the next change. */
  bytes(): Uint8Array;
  clear(): void;
}

export function createTextBytes(): TextBytes {
  let buffer = new Uint8Array(1 << 12);
  let view = new DataView(buffer.buffer);
  let end = 0;

  const reserve = (more: number): void => {
    if (end + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, end + more));
    grown.set(buffer.subarray(0, end));
    buffer = grown;
    view = new DataView(grown.buffer);
  };

  return {
    add(text) {
      reserve(LENGTH_BYTES + text.length * 3);
      const start = end + LENGTH_BYTES;
      let at = start;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) {
          at = start + encoder.encodeInto(text, buffer.subarray(start)).written;
          break;
        }
        buffer[at++] = code;
      }
      view.setInt32(end, at - start, true);
      end = at;
    },
    addBytes(from, start, stop) {
      reserve(LENGTH_BYTES + stop - start);
      view.setInt32(end, stop - start, true);
      end = copyText(from, start, stop, view, end + LENGTH_BYTES);
    },
    copy(from, start, stop) {
      reserve(stop - start);
      end = copyText(from, start, stop, view, end);
    },
    get end() {
      return end;
    },
    get view() {
      return view;
    },
    bytes: () => buffer.subarray(0, end),
    clear() {
      end = 0;
    },
  };
}
