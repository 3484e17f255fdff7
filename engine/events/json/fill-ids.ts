import { hashBytes } from '../hash.ts';
import { NO_TEXT, reserveTexts, type TextBytes, type TextSpans } from '../record-columns.ts';
import { MAX_TEXT_BYTES, TOO_LONG_LANE } from '../text-limit.ts';
import type { CompiledColumn } from './compile-mapping.ts';
import { type FillOptions, markMalformed } from './fill-numbers.ts';
import { ABSENT, INTEGER, LONG_INTEGER, NULL, TEXT, TOKEN_ROWS } from './tokens.ts';

/**
 * Fills the spans of an id's texts and the lanes of its hash, two or four. A number is the id of its digits; one with a
 * point or an exponent is malformed, as 1, 1.0 and 1e0 would be three ids.
 */
export function createFillIds(
  column: CompiledColumn,
): (options: FillOptions, spans: TextSpans, lanes: readonly Uint32Array[]) => void {
  const { slot, place } = column;
  const fallback = column.fallback === null ? null : new TextEncoder().encode(String(column.fallback));

  const findTexts = ({ records, tokens, base, count }: FillOptions, { start, end }: TextSpans): void => {
    const { texts, failure } = records;
    for (let i = 0, at = slot * TOKEN_ROWS; i < count; i++, at++) {
      const kind = tokens.kind[at]!;
      if (kind === TEXT || kind === INTEGER || kind === LONG_INTEGER) {
        start[base + i] = tokens.start[at]!;
        end[base + i] = tokens.end[at]!;
        continue;
      }
      start[base + i] = NO_TEXT;
      end[base + i] = NO_TEXT;
      if (kind !== ABSENT && kind !== NULL) markMalformed(failure, base + i, place);
      else if (fallback && failure[base + i] === 0) {
        start[base + i] = appendText(texts, fallback);
        end[base + i] = texts.length;
      }
    }
  };

  return (options, spans, lanes) => {
    findTexts(options, spans);
    hashSpans(options, spans, lanes);
  };
}

function appendText(texts: TextBytes, text: Uint8Array): number {
  reserveTexts(texts, text.length);
  const start = texts.length;
  texts.bytes.set(text, start);
  texts.length += text.length;
  return start;
}

const hash = new Uint32Array(4);

function hashSpans(
  { records, base, count }: FillOptions,
  spans: TextSpans,
  lanes: readonly Uint32Array[],
): void {
  const { view } = records.texts;
  const [first, second, third, fourth] = lanes;
  if (!first || !second) throw new Error('an id has two or four lanes');
  for (let row = base; row < base + count; row++) {
    const start = spans.start[row]!;
    const length = spans.end[row]! - start;
    if (start === NO_TEXT) hash.fill(0);
    else if (length > MAX_TEXT_BYTES) hash.fill(TOO_LONG_LANE);
    else hashBytes(view, start, start + length, hash);
    first[row] = hash[0]!;
    second[row] = hash[1]!;
    if (!third || !fourth) continue;
    third[row] = hash[2]!;
    fourth[row] = hash[3]!;
  }
}
