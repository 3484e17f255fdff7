const encoder = new TextEncoder();

/** Texts laid out as Parquet's plain BYTE_ARRAY: a 32-bit length, then UTF-8, one after the other. */
export interface TextBytes {
  /** Appends a text; its place is `[end before, end after)`. */
  add(text: string): void;
  /** Appends the text whose UTF-8 is `from[start … stop−1]`. */
  addBytes(from: Uint8Array, start: number, stop: number): void;
  /** Appends `from[start … stop−1]`, which is laid out already. */
  copy(from: Uint8Array, start: number, stop: number): void;
  readonly end: number;
  /** A view of what was appended; valid until the next change. */
  bytes(): Uint8Array;
  clear(): void;
}

export function createTextBytes(): TextBytes {
  let buffer = new Uint8Array(1 << 12);
  let end = 0;

  const reserve = (more: number): void => {
    if (end + more <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, end + more));
    grown.set(buffer.subarray(0, end));
    buffer = grown;
  };

  const putLength = (length: number): void => {
    buffer[end] = length;
    buffer[end + 1] = length >>> 8;
    buffer[end + 2] = length >>> 16;
    buffer[end + 3] = length >>> 24;
  };

  return {
    add(text) {
      reserve(4 + text.length * 3);
      const start = end + 4;
      let at = start;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 0x7f) {
          at = start + encoder.encodeInto(text, buffer.subarray(start)).written;
          break;
        }
        buffer[at++] = code;
      }
      putLength(at - start);
      end = at;
    },
    addBytes(from, start, stop) {
      reserve(4 + stop - start);
      putLength(stop - start);
      end += 4;
      for (let i = start; i < stop; i++) buffer[end++] = from[i]!;
    },
    copy(from, start, stop) {
      reserve(stop - start);
      for (let i = start; i < stop; i++) buffer[end++] = from[i]!;
    },
    get end() {
      return end;
    },
    bytes: () => buffer.subarray(0, end),
    clear() {
      end = 0;
    },
  };
}
