import {
  BOOLEAN,
  DECIMAL,
  ESCAPED,
  EXACT_DIGITS,
  INTEGER,
  LONG_INTEGER,
  NULL,
  TEXT,
  type Tokens,
} from './tokens.ts';

/** What {@link scanScalar} returns where the bytes are no JSON. */
export const NO_SCALAR = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** Bytes that a text can't just go past: its end, an escape, and what must be escaped. */
const STOPS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === BACKSLASH || byte < 0x20 ? 1 : 0,
);

/** Bytes that may follow a backslash, but for `u`. */
const ESCAPES = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)));

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

/**
 * Reads the text, number or word (RFC 8259) that begins at `at`, puts it at `index` of the tokens and returns where it
 * ends, or {@link NO_SCALAR}.
 */
export function scanScalar(
  bytes: Uint8Array,
  at: number,
  end: number,
  tokens: Tokens,
  index: number,
): number {
  if (at >= end) return NO_SCALAR;
  const first = bytes[at]!;
  if (first === QUOTE) return scanText(bytes, at + 1, end, tokens, index);
  if (first === MINUS || isDigit(first)) return scanNumber(bytes, at, end, tokens, index);
  return scanWord(bytes, at, end, tokens, index);
}

/** A text whose first byte behind the quote is at `start`; returns where it ends, its quote included. */
export function scanText(
  bytes: Uint8Array,
  start: number,
  end: number,
  tokens: Tokens,
  index: number,
): number {
  let kind = TEXT;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (STOPS[byte] === 0) continue;
    if (byte === QUOTE) {
      tokens.kind[index] = kind;
      tokens.start[index] = start;
      tokens.end[index] = at;
      return at + 1;
    }
    if (byte !== BACKSLASH) return NO_SCALAR;
    kind = ESCAPED;
    at++;
    // What lies behind `end` may be another record's: an escape that goes there finds no closing quote before it.
    if (bytes[at] === 0x75) {
      for (let last = at + 4; at < last; ) if (!isHex(bytes[++at])) return NO_SCALAR;
    } else if (!ESCAPES.has(bytes[at]!)) return NO_SCALAR;
  }
  return NO_SCALAR;
}

/** A number that begins at `start`. */
export function scanNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  tokens: Tokens,
  index: number,
): number {
  const digits = bytes[start] === MINUS ? start + 1 : start;
  let at = digits;
  let value = 0;
  for (let byte = 0; at < end; at++) {
    byte = bytes[at]! - ZERO;
    if (byte < 0 || byte > 9) break;
    value = value * 10 + byte;
  }
  const count = at - digits;
  if (count === 0 || (count > 1 && bytes[digits] === ZERO)) return NO_SCALAR;
  tokens.start[index] = start;
  const next = at < end ? bytes[at]! : 0;
  if (next === POINT || (next | 0x20) === 0x65) {
    at = endOfDecimal(bytes, at, end);
    tokens.kind[index] = DECIMAL;
  } else if (count <= EXACT_DIGITS) {
    tokens.kind[index] = INTEGER;
    // From zero, as there is no −0 among the integers.
    tokens.value[index] = digits === start ? value : 0 - value;
  } else tokens.kind[index] = LONG_INTEGER;
  tokens.end[index] = at;
  return at;
}

/** Where the fraction and exponent that begin at `start` end. */
function endOfDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (bytes[at] === POINT) {
    const fraction = ++at;
    while (at < end && isDigit(bytes[at])) at++;
    if (at === fraction) return NO_SCALAR;
  }
  if (at < end && (bytes[at]! | 0x20) === 0x65) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === MINUS)) at++;
    const exponent = at;
    while (at < end && isDigit(bytes[at])) at++;
    if (at === exponent) return NO_SCALAR;
  }
  return at;
}

const WORDS = ['null', 'true', 'false'].map((word) => ({
  letters: new TextEncoder().encode(word),
  kind: word === 'null' ? NULL : BOOLEAN,
}));

function scanWord(bytes: Uint8Array, start: number, end: number, tokens: Tokens, index: number): number {
  for (const { letters, kind } of WORDS) {
    if (bytes[start] !== letters[0]) continue;
    if (start + letters.length > end) return NO_SCALAR;
    for (let i = 1; i < letters.length; i++) if (bytes[start + i] !== letters[i]) return NO_SCALAR;
    tokens.kind[index] = kind;
    tokens.start[index] = start;
    tokens.end[index] = start + letters.length;
    return start + letters.length;
  }
  return NO_SCALAR;
}
