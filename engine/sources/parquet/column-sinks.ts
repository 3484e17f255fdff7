import type { Dictionary } from '../../events/dictionary.ts';
import { hashBytes } from '../../events/hash.ts';
import { MANY_TEXTS } from '../../events/text-arena.ts';
import { MAX_TEXT_BYTES, TOO_LONG_LANE } from '../../events/text-limit.ts';
import { viewOf } from '../../events/view-of.ts';
import type { ColumnSink } from './column-sink.ts';
import { decodeNumbers } from './decode-numbers.ts';
import type { Reading } from './stored-column.ts';
import { checkValueBytes } from './value-bytes.ts';

/** Numbers, times and amounts; a null is NaN. */
export function createNumberSink(options: {
  readonly lane: Float64Array;
  readonly reading: Reading;
}): ColumnSink {
  const { lane, reading } = options;
  return {
    lanes: [lane],
    nullValue: Number.NaN,
    createLanes: (size) => [new Float64Array(size)],
    decodePlain({ bytes, count, into: [out], at }) {
      if (out instanceof Float64Array) decodeNumbers({ reading, bytes, count, out, at });
    },
  };
}

/** Categories: codes of the thread's dictionary; a null is code 0. */
export function createCategorySink(options: {
  readonly lane: Int32Array;
  readonly dictionary: Dictionary;
}): ColumnSink {
  const { lane, dictionary } = options;
  return {
    lanes: [lane],
    nullValue: 0,
    createLanes: (size) => [new Int32Array(size)],
    decodePlain({ bytes, count, into: [out], at }) {
      if (out instanceof Int32Array) codeTexts({ dictionary, bytes, count, out, at });
    },
  };
}

interface CodeTextsOptions {
  readonly dictionary: Dictionary;
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly out: Int32Array;
  readonly at: number;
}

/** A function of its own, as each sink's would be compiled anew. */
function codeTexts({ dictionary, bytes, count, out, at }: CodeTextsOptions): void {
  const view = viewOf(bytes);
  const starts = new Int32Array(MANY_TEXTS);
  const ends = new Int32Array(MANY_TEXTS);
  let end = 0;
  for (let from = 0; from < count; from += MANY_TEXTS) {
    const length = Math.min(MANY_TEXTS, count - from);
    for (let i = 0; i < length; i++) {
      starts[i] = end + 4;
      end = endOfText(view, end, bytes.length);
      ends[i] = end;
    }
    dictionary.codesOfTexts({ view, starts, ends, length }, out, at + from);
  }
  checkValueBytes(bytes.length, end);
}

/** Ids: the first two or all four words of their hash; a null is zero in each. */
export function createIdSink({ lanes }: { readonly lanes: readonly Uint32Array[] }): ColumnSink {
  const hash = new Uint32Array(4);
  return {
    lanes,
    nullValue: 0,
    createLanes: (size) => lanes.map(() => new Uint32Array(size)),
    decodePlain({ bytes, count, into, at }) {
      const end = hashTexts({ bytes, count, into: into as readonly Uint32Array[], at, hash });
      checkValueBytes(bytes.length, end);
    },
  };
}

interface HashTextsOptions {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly into: readonly Uint32Array[];
  readonly at: number;
  readonly hash: Uint32Array;
}

/**
 * Hashes `count` texts into two or four lanes; returns where they end. A loop for each, as one that asks in every row
 * whether there are four takes twice as long.
 */
function hashTexts({ bytes, count, into, at, hash }: HashTextsOptions): number {
  const view = viewOf(bytes);
  const [first, second, third, fourth] = into;
  if (!first || !second) throw new Error('an id has two or four lanes');
  return third && fourth
    ? hashWideTexts(view, bytes.length, count, hash, at, first, second, third, fourth)
    : hashNarrowTexts(view, bytes.length, count, hash, at, first, second);
}

function hashNarrowTexts(
  view: DataView,
  limit: number,
  count: number,
  hash: Uint32Array,
  at: number,
  first: Uint32Array,
  second: Uint32Array,
): number {
  let start = 0;
  for (let i = at; i < at + count; i++) {
    const end = endOfText(view, start, limit);
    hashId(view, start + 4, end, hash);
    first[i] = hash[0]!;
    second[i] = hash[1]!;
    start = end;
  }
  return start;
}

function hashWideTexts(
  view: DataView,
  limit: number,
  count: number,
  hash: Uint32Array,
  at: number,
  first: Uint32Array,
  second: Uint32Array,
  third: Uint32Array,
  fourth: Uint32Array,
): number {
  let start = 0;
  for (let i = at; i < at + count; i++) {
    const end = endOfText(view, start, limit);
    hashId(view, start + 4, end, hash);
    first[i] = hash[0]!;
    second[i] = hash[1]!;
    third[i] = hash[2]!;
    fourth[i] = hash[3]!;
    start = end;
  }
  return start;
}

function hashId(view: DataView, start: number, end: number, hash: Uint32Array): void {
  if (end - start > MAX_TEXT_BYTES) hash.fill(TOO_LONG_LANE);
  else hashBytes(view, start, end, hash);
}

/** End of the text whose 32-bit length stands at `start`; `limit` is the view's length, as asking it is slow. */
function endOfText(view: DataView, start: number, limit: number): number {
  if (start + 4 > limit) throw new Error('its texts end before its values');
  const length = view.getInt32(start, true);
  const end = start + 4 + length;
  if (length < 0 || end > limit) throw new Error(`a text of ${length} bytes goes past its page`);
  return end;
}
