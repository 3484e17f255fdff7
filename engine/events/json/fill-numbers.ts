import { MALFORMED, type RecordColumns } from '../record-columns.ts';
import type { CompiledColumn } from './compile-mapping.ts';
import { isoTimeMs } from './iso-time.ts';
import { scaleDecimal } from './scale-decimal.ts';
import { scanNumber } from './scan-scalar.ts';
import {
  ABSENT,
  createTokens,
  DECIMAL,
  INTEGER,
  LONG_INTEGER,
  NULL,
  TEXT,
  TOKEN_ROWS,
  type Tokens,
} from './tokens.ts';

/** Rows [base, base + count) of a batch, whose tokens are at rows 0 … count − 1. */
export interface FillOptions {
  readonly records: RecordColumns;
  readonly tokens: Tokens;
  readonly base: number;
  readonly count: number;
}

/** Fills one number column from its tokens; a value that can't be one marks its row as malformed. */
export function createFillNumbers(column: CompiledColumn): (options: FillOptions, out: Float64Array) => void {
  const { reading, slot, place } = column;
  if (reading === null) throw new Error(`${column.name} is no number`);
  const fallback = typeof column.fallback === 'number' ? column.fallback : Number.NaN;
  const isPlain = reading.as === 'decimal' && reading.exponent === 0;
  const scratch = createTokens(1);
  let bytes: Uint8Array = new Uint8Array(0);
  let view = new DataView(bytes.buffer);

  const valueOfText = (start: number, end: number): number => {
    if (reading.as === 'iso8601') return isoTimeMs(bytes, start, end);
    if (!reading.quoted || start === end || scanNumber(view, start, end, scratch, 0) !== end)
      return Number.NaN;
    return scaleDecimal(bytes, start, end, reading.exponent, reading.fraction);
  };
  const numberOf = (tokens: Tokens, index: number): number => {
    const kind = tokens.kind[index]!;
    const start = tokens.start[index]!;
    const end = tokens.end[index]!;
    if (kind === TEXT) return valueOfText(start, end);
    const isNumber = kind === INTEGER || kind === LONG_INTEGER || kind === DECIMAL;
    if (!isNumber || reading.as === 'iso8601') return Number.NaN;
    return scaleDecimal(bytes, start, end, reading.exponent, reading.fraction);
  };

  return ({ records, tokens, base, count }, out) => {
    bytes = records.texts.bytes;
    view = records.texts.view;
    const { kind, value } = tokens;
    for (let i = 0, at = slot * TOKEN_ROWS; i < count; i++, at++) {
      const found = kind[at]!;
      if (found === INTEGER && isPlain) out[base + i] = value[at]!;
      else if (found === ABSENT || found === NULL) out[base + i] = fallback;
      else {
        const number = numberOf(tokens, at);
        out[base + i] = number;
        if (Number.isNaN(number)) markMalformed(records.failure, base + i, place);
      }
    }
  };
}

/** The first column of the schema that is malformed names the failure. */
export function markMalformed(failure: Uint8Array, row: number, place: number): void {
  const code = MALFORMED + place;
  if (failure[row] === 0 || failure[row]! > code) failure[row] = code;
}
