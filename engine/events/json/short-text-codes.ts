import type { Dictionary } from '../dictionary.ts';

/** Longest text that is kept, in words of 4 bytes. */
const MOST_WORDS = 6;
/** How many are kept: a power of two, that many times more when there are more values than half of the places. */
const FIRST_PLACES = 512;
const MORE_PLACES = 4;
/** 8 MB. */
const MOST_PLACES = 1 << 18;
/** Of each place: length, code, words; 2^3 in all. */
const STRIDE_BITS = 3;
const STRIDE = 1 << STRIDE_BITS;

/** Short texts and their codes in one dictionary, each at a place that its words tell. */
export type ShortTextCodes = Int32Array;

export function createShortTextCodes(places = FIRST_PLACES): ShortTextCodes {
  return new Int32Array(STRIDE * places).fill(-1);
}

/** The same, or with more places for a dictionary that has outgrown them. */
export function grownShortTextCodes(kept: ShortTextCodes, { size }: Dictionary): ShortTextCodes {
  const places = kept.length >>> STRIDE_BITS;
  if (2 * size <= places || places === MOST_PLACES) return kept;
  return createShortTextCodes(Math.min(MOST_PLACES, places * MORE_PLACES));
}

/**
 * `codeOfBytes` of a dictionary behind a cache: to compare words with the text that last had the same place is cheaper
 * than to hash and to look up, and it takes one line of memory instead of three that are far from each other. Bytes up to
 * 3 behind a text are read. A function of its own, and no closure, so that it becomes part of the loop that calls it.
 */
export function codeOfShortText(
  kept: ShortTextCodes,
  dictionary: Dictionary,
  view: DataView,
  start: number,
  end: number,
): number {
  const length = end - start;
  if (length === 0 || length > MOST_WORDS * 4) return dictionary.codeOfBytes(view, start, end);
  const lastAt = start + ((length - 1) & ~3);
  const last = view.getInt32(lastAt, true) & (-1 >>> ((-length & 3) << 3));
  let hash = length;
  for (let at = start; at < lastAt; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
  const places = kept.length >>> STRIDE_BITS;
  const place = (Math.imul(hash ^ last, 0x9e3779b1) >>> Math.clz32(places - 1)) * STRIDE;
  if (kept[place] === length) {
    let word = place + 2;
    let at = start;
    while (at < lastAt && kept[word] === view.getInt32(at, true)) {
      at += 4;
      word++;
    }
    if (at === lastAt && kept[word] === last) return kept[place + 1]!;
  }
  const code = dictionary.codeOfBytes(view, start, end);
  // A refusal is counted by the dictionary each time.
  if (code <= 0) return code;
  kept[place] = length;
  kept[place + 1] = code;
  let word = place + 2;
  for (let at = start; at < lastAt; at += 4) kept[word++] = view.getInt32(at, true);
  kept[word] = last;
  return code;
}
