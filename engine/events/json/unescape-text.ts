import { reserveTexts, type TextBytes } from '../record-columns.ts';

const BACKSLASH = 0x5c;

/** Letter behind the backslash → byte; others stand for themselves. */
const CONTROLS: ReadonlyMap<number, number> = new Map(
  Object.entries({ b: 8, f: 12, n: 10, r: 13, t: 9 }).map(([letter, byte]) => [letter.charCodeAt(0), byte]),
);

/**
 * Appends what the JSON text [start, end) of `from` says to `into`, which may be the same, as UTF-8. Returns whether it
 * is that: half a pair of surrogates is written in three bytes, as no other text is (WTF-8), so that different texts
 * stay different.
 */
export function appendUnescaped(from: TextBytes, start: number, end: number, into: TextBytes): boolean {
  reserveTexts(into, end - start);
  const { bytes } = from;
  const out = into.bytes;
  let to = into.length;
  let isUnicode = true;
  for (let at = start; at < end; ) {
    const byte = bytes[at++]!;
    if (byte !== BACKSLASH) {
      out[to++] = byte;
      continue;
    }
    const letter = bytes[at++]!;
    if (letter !== 0x75) {
      out[to++] = CONTROLS.get(letter) ?? letter;
      continue;
    }
    let code = hexAt(bytes, at);
    at += 4;
    if (code >= 0xd800 && code < 0xe000) {
      const low = code < 0xdc00 && at + 6 <= end && bytes[at] === BACKSLASH && bytes[at + 1] === 0x75;
      const second = low ? hexAt(bytes, at + 2) : 0;
      if (second >= 0xdc00 && second < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
        at += 6;
      } else isUnicode = false;
    }
    if (code < 0x80) out[to++] = code;
    else {
      if (code < 0x800) out[to++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) out[to++] = 0xe0 | (code >> 12);
        else {
          out[to++] = 0xf0 | (code >> 18);
          out[to++] = 0x80 | ((code >> 12) & 63);
        }
        out[to++] = 0x80 | ((code >> 6) & 63);
      }
      out[to++] = 0x80 | (code & 63);
    }
  }
  into.length = to;
  return isUnicode;
}

function hexAt(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i]!;
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return value;
}
