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

/** So many digits fit into 32 bits, in which to multiply is quick; those behind them are added up apart. */
const INT32_DIGITS = 9;
const POWERS = Float64Array.from({ length: EXACT_DIGITS - INT32_DIGITS + 1 }, (_, power) => 10 ** power);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** Behind the end of a document so many bytes can be read: what is scanned goes a little beyond. */
export const READ_BEYOND = 8;

/** Bytes that may follow a backslash, but for `u`. */
const ESCAPES = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)));

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

const isHex = (byte: number): boolean => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

/**
 * Reads the text, number or word (RFC 8259) that begins at `at`, puts it at `index` of the tokens and returns where it
 * ends, or {@link NO_SCALAR}.
 */
export function scanScalar(view: DataView, at: number, end: number, tokens: Tokens, index: number): number {
  if (at >= end) return NO_SCALAR;
  const first = view.getUint8(at);
  if (first === QUOTE) return scanText(view, at + 1, end, tokens, index);
  if (first === MINUS || isDigit(first)) return scanNumber(view, at, end, tokens, index);
  return scanWord(view, at, end, tokens, index);
}

/** A text whose first byte behind the quote is at `start`; returns where it ends, its quote included. */
export function scanText(view: DataView, start: number, end: number, tokens: Tokens, index: number): number {
  let kind = TEXT;
  let at = start;
  while (at < end) {
    const stops = stopsOf(view.getInt32(at, true));
    if (stops === 0) {
      at += 4;
      continue;
    }
    at += (31 - Math.clz32(stops & -stops)) >> 3;
    if (at >= end) return NO_SCALAR;
    const byte = view.getUint8(at);
    if (byte === QUOTE) {
      tokens.kind[index] = kind;
      tokens.start[index] = start;
      tokens.end[index] = at;
      return at + 1;
    }
    if (byte !== BACKSLASH) return NO_SCALAR;
    kind = ESCAPED;
    at = endOfEscape(view, at);
    if (at === NO_SCALAR) return NO_SCALAR;
  }
  return NO_SCALAR;
}

/**
 * Whether a text can't just go past one of four bytes (a quote, a backslash, or a control character): 0 if it can, else
 * the lowest bit that is set is the highest of the first such byte. After Alan Mycroft's test for a zero byte.
 */
function stopsOf(word: number): number {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  const found =
    ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word);
  return found & 0x80808080;
}

/**
 * Where the escape at `at` ends. What lies behind the document may be another one: an escape that goes there finds no
 * closing quote before.
 */
function endOfEscape(view: DataView, at: number): number {
  const letter = view.getUint8(at + 1);
  if (letter !== 0x75) return ESCAPES.has(letter) ? at + 2 : NO_SCALAR;
  for (let i = at + 2; i < at + 6; i++) if (!isHex(view.getUint8(i))) return NO_SCALAR;
  return at + 6;
}

/** A number that begins at `start`. */
export function scanNumber(
  view: DataView,
  start: number,
  end: number,
  tokens: Tokens,
  index: number,
): number {
  const digits = view.getUint8(start) === MINUS ? start + 1 : start;
  const lowFrom = Math.min(end, digits + INT32_DIGITS);
  let at = digits;
  let value = 0;
  for (let digit = 0; at < lowFrom; at++) {
    digit = view.getUint8(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = (Math.imul(value, 10) + digit) | 0;
  }
  if (at === lowFrom && at < end) {
    let low = 0;
    for (let digit = 0; at < end; at++) {
      digit = view.getUint8(at) - ZERO;
      if (digit < 0 || digit > 9) break;
      low = (Math.imul(low, 10) + digit) | 0;
    }
    // Of more than EXACT_DIGITS neither part is of use.
    value = value * (POWERS[at - lowFrom] ?? 0) + low;
  }
  const count = at - digits;
  if (count === 0 || (count > 1 && view.getUint8(digits) === ZERO)) return NO_SCALAR;
  tokens.start[index] = start;
  const next = at < end ? view.getUint8(at) : 0;
  if (next === POINT || (next | 0x20) === 0x65) {
    at = endOfDecimal(view, at, end);
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
function endOfDecimal(view: DataView, start: number, end: number): number {
  let at = start;
  if (view.getUint8(at) === POINT) {
    const fraction = ++at;
    while (at < end && isDigit(view.getUint8(at))) at++;
    if (at === fraction) return NO_SCALAR;
  }
  if (at < end && (view.getUint8(at) | 0x20) === 0x65) {
    at++;
    if (at < end && (view.getUint8(at) === 0x2b || view.getUint8(at) === MINUS)) at++;
    const exponent = at;
    while (at < end && isDigit(view.getUint8(at))) at++;
    if (at === exponent) return NO_SCALAR;
  }
  return at;
}

const WORDS = ['null', 'true', 'false'].map((word) => ({
  letters: new TextEncoder().encode(word),
  kind: word === 'null' ? NULL : BOOLEAN,
}));

function scanWord(view: DataView, start: number, end: number, tokens: Tokens, index: number): number {
  for (const { letters, kind } of WORDS) {
    if (view.getUint8(start) !== letters[0]) continue;
    if (start + letters.length > end) return NO_SCALAR;
    for (let i = 1; i < letters.length; i++) if (view.getUint8(start + i) !== letters[i]) return NO_SCALAR;
    tokens.kind[index] = kind;
    tokens.start[index] = start;
    tokens.end[index] = start + letters.length;
    return start + letters.length;
  }
  return NO_SCALAR;
}
