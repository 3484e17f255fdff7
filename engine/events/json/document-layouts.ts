import type { TextBytes } from '../record-columns.ts';
import type { Scalars } from './document-reader.ts';
import { NO_SCALAR, scanScalar } from './scan-scalar.ts';
import { TOKEN_ROWS, type Tokens } from './tokens.ts';

/** Most stretches that are held, and bytes of them; when there are more, all are forgotten. */
const MOST_STRETCHES = 4_096;
const MOST_BYTES = 256 * 1024;
/** Most stretches among which the one that follows is looked for: of more, the one that was of use last long ago goes. */
const MOST_WAYS = 16;

const NONE = -1;
const ROOT = 0;

/**
 * The layouts of documents seen so far. A layout is a document without its scalars: the bytes before the first, between
 * each two and behind the last. A document that has a known layout and sound scalars is JSON, and each of its scalars
 * is at the slot at which it was in the one that the layout is of: keys need not be read, only compared, a word at a
 * time. Layouts form a tree, as many begin alike.
 */
export interface DocumentLayouts {
  /** Reads [start, end) into the tokens of `row`; false where its layout is not known, and tokens may be left behind. */
  read(texts: TextBytes, start: number, end: number, row: number): boolean;
  /** Learns the layout of a sound document from its scalars, if they tell all. */
  learn(texts: TextBytes, start: number, end: number, scalars: Scalars): void;
}

/** Bytes that begin no scalar though a value may stand there: brackets and spaces. */
const STRUCTURE = Uint8Array.from({ length: 256 }, (_, byte) =>
  '{}[] \t\r\n'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

export function createDocumentLayouts(tokens: Tokens): DocumentLayouts {
  const words = new Int32Array(MOST_BYTES / 4);
  const wordBytes = new Uint8Array(words.buffer);
  /** Per stretch: its words, the mask of the last one, its length in bytes. */
  const firstWord = new Int32Array(MOST_STRETCHES);
  const lastWord = new Int32Array(MOST_STRETCHES);
  const lastMask = new Int32Array(MOST_STRETCHES);
  const length = new Int32Array(MOST_STRETCHES);
  /** Where the scalar behind it goes in the tokens; NONE: it ends the document. */
  const target = new Int32Array(MOST_STRETCHES);
  /** The first of the stretches that may follow, and the next one that may be in its own place: the latest used first. */
  const follower = new Int32Array(MOST_STRETCHES).fill(NONE);
  const sibling = new Int32Array(MOST_STRETCHES).fill(NONE);
  let stretches = ROOT + 1;
  let wordsUsed = 0;

  const isAt = (stretch: number, view: DataView, at: number): boolean => {
    let from = at;
    const last = lastWord[stretch]!;
    for (let word = firstWord[stretch]!; word < last; word++, from += 4) {
      if (view.getInt32(from, true) !== words[word]) return false;
    }
    return ((view.getInt32(from, true) ^ words[last]!) & lastMask[stretch]!) === 0;
  };

  /**
   * The follower of `parent` that stands at `at`, with a scalar or the end of the document behind it. There is one at
   * most: where one stretch goes on as another ends, it goes on with a byte that begins no scalar.
   */
  const followerAt = (parent: number, view: DataView, at: number, end: number): number => {
    let before = NONE;
    for (let stretch = follower[parent]!; stretch !== NONE; before = stretch, stretch = sibling[stretch]!) {
      const behind = at + length[stretch]!;
      if (behind > end || !isAt(stretch, view, at)) continue;
      const isEnd = target[stretch] === NONE;
      if (isEnd ? behind !== end : behind === end || STRUCTURE[view.getUint8(behind)] !== 0) continue;
      if (before !== NONE) {
        sibling[before] = sibling[stretch]!;
        sibling[stretch] = follower[parent]!;
        follower[parent] = stretch;
      }
      return stretch;
    }
    return NONE;
  };

  /** Makes room for one more follower of `parent`. */
  const dropLast = (parent: number): void => {
    let stretch = follower[parent]!;
    for (let ways = 2; stretch !== NONE && ways < MOST_WAYS; ways++) stretch = sibling[stretch]!;
    if (stretch !== NONE) sibling[stretch] = NONE;
  };

  const forget = (): void => {
    follower.fill(NONE);
    stretches = ROOT + 1;
    wordsUsed = 0;
  };

  /** Adds a stretch behind `parent`; NONE where there was no room for it, and now is. */
  const append = (parent: number, stretchBytes: Uint8Array, to: number): number => {
    const size = stretchBytes.length;
    const needed = (size + 3) >> 2;
    if (stretches === MOST_STRETCHES || wordsUsed + needed > words.length) {
      forget();
      return NONE;
    }
    dropLast(parent);
    const stretch = stretches++;
    sibling[stretch] = follower[parent]!;
    follower[parent] = stretch;
    follower[stretch] = NONE;
    wordBytes.fill(0, wordsUsed * 4, (wordsUsed + needed) * 4);
    wordBytes.set(stretchBytes, wordsUsed * 4);
    firstWord[stretch] = wordsUsed;
    wordsUsed += needed;
    lastWord[stretch] = wordsUsed - 1;
    const inLast = size - (needed - 1) * 4;
    lastMask[stretch] = inLast === 4 ? -1 : (1 << (8 * inLast)) - 1;
    length[stretch] = size;
    target[stretch] = to;
    return stretch;
  };

  return {
    read({ view }, start, end, row) {
      let stretch = ROOT;
      let at = start;
      for (;;) {
        stretch = followerAt(stretch, view, at, end);
        if (stretch === NONE) return false;
        const to = target[stretch]!;
        if (to === NONE) return true;
        at = scanScalar(view, at + length[stretch]!, end, tokens, to + row);
        if (at === NO_SCALAR) return false;
      }
    },
    learn({ bytes, view }, start, end, scalars) {
      if (!scalars.tellAll) return;
      let stretch = ROOT;
      let at = start;
      for (let i = 0; i <= scalars.count; i++) {
        const isLast = i === scalars.count;
        const known = followerAt(stretch, view, at, end);
        if (known === NONE) {
          const to = isLast ? NONE : scalars.slot[i]! * TOKEN_ROWS;
          stretch = append(stretch, bytes.subarray(at, isLast ? end : scalars.start[i]!), to);
        } else stretch = known;
        if (stretch === NONE) return;
        if (!isLast) at = scalars.end[i]!;
      }
    },
  };
}
