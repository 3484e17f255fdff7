import type { Dictionary } from '../dictionary.ts';

/** Longest text that is kept, in words of 4 bytes; how many are kept, a power of two. */
const MOST_WORDS = 8;
const PLACES = 512;
/** Of each place: length, code, words. */
const STRIDE = 2 + MOST_WORDS;

/**
 * `codeOfBytes` of a dictionary behind a small cache: most columns have few short values, and to compare words with the
 * text that last had the same place is cheaper than to hash and to look up. Bytes up to 3 behind a text are read.
 */
export function createShortTextCodes(dictionary: Dictionary): Dictionary['codeOfBytes'] {
  const places = new Int32Array(PLACES * STRIDE).fill(-1);
  return (view, start, end) => {
    const length = end - start;
    if (length === 0 || length > MOST_WORDS * 4) return dictionary.codeOfBytes(view, start, end);
    const lastWord = start + ((length - 1) & ~3);
    const mask = -1 >>> ((-length & 3) << 3);
    let hash = length;
    for (let at = start; at < lastWord; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
    hash = Math.imul(hash ^ (view.getInt32(lastWord, true) & mask), 0x9e3779b1);
    const place = (hash >>> 23) * STRIDE;
    if (places[place] === length) {
      let word = place + 2;
      let at = start;
      while (at < lastWord && places[word] === view.getInt32(at, true)) {
        at += 4;
        word++;
      }
      if (at >= lastWord && places[word] === (view.getInt32(lastWord, true) & mask))
        return places[place + 1]!;
    }
    const code = dictionary.codeOfBytes(view, start, end);
    // A refusal is counted by the dictionary each time.
    if (code <= 0) return code;
    places[place] = length;
    places[place + 1] = code;
    let word = place + 2;
    for (let at = start; at < lastWord; at += 4) places[word++] = view.getInt32(at, true);
    places[word] = view.getInt32(lastWord, true) & mask;
    return code;
  };
}
