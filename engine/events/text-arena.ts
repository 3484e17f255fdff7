import { hashBytes } from './hash.ts';

/** Lanes of an index slot: the text's hash, and its number; 0 where it is free. */
const SLOT = 2;

/**
 * Distinct texts, numbered 1, 2, 3, … in order of appearance: their UTF-8 bytes stand one after the other, found by
 * open addressing with linear probing. No object is made for a text, so that a hundred thousand of them cost the
 * garbage collector nothing.
 */
export interface TextArena {
  /** The number that the next text gets. */
  readonly size: number;
  /** The number of the text [start, end) of `view`, 0 where it is not known. */
  find(view: DataView, start: number, end: number): number;
  /** As `find` for many texts, into `out[at…]`; 0 also where another text has the same hash. */
  findMany(texts: ManyTexts, out: Int32Array, at: number): void;
  /** Adds the text that the last call of `find` did not know. */
  append(view: DataView, start: number, end: number): number;
  textOf(number: number): string;
  /** The first word of {@link hashBytes}. */
  hashOf(number: number): number;
  /** Bytes of all texts. */
  readonly byteLength: number;
  /** Who the texts are and how long each is, in their order: to count what several arenas hold together. */
  identities(): TextIdentities;
  /** The texts themselves, from number `from` on (default 1: all), to be kept. */
  snapshot(from?: number): TextsSnapshot;
  /** All texts as views, which never change: what is appended comes behind them. */
  texts(): TextsSnapshot;
}

/** Most texts of {@link ManyTexts}: few enough to stay in the fastest cache from one step to the next. */
export const MANY_TEXTS = 1024;

/** Text i of `length` is [starts[i], ends[i]) of `view`. */
export interface ManyTexts {
  readonly view: DataView;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly length: number;
}

/** UTF-8 of all texts, one after the other, and where each ends; plain data. */
export interface TextsSnapshot {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

/** 64-bit hashes of texts and their lengths in bytes; plain data. */
export interface TextIdentities {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
  readonly bytes: Uint32Array;
}

export function createTextArena(): TextArena {
  // Different bytes are different texts: a byte order mark stays, and nothing is replaced.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const hash = new Uint32Array(4);
  let size = 1;
  let index = new Uint32Array(128 * SLOT);
  let bytes = new Uint8Array(1024);
  let text = new DataView(bytes.buffer);
  /** Text n lies between ends[n − 1] and ends[n]. */
  let ends = new Uint32Array(64);
  let hashes = new Uint32Array(64);
  const wanted = new Uint32Array(MANY_TEXTS);

  const enter = (number: number): void => {
    const wrap = index.length - 1;
    let at = (hashes[number]! * SLOT) & wrap;
    while (index[at + 1] !== 0) at = (at + SLOT) & wrap;
    index[at] = hashes[number]!;
    index[at + 1] = number;
  };

  const reserve = (more: number): void => {
    if (ends[size - 1]! + more > bytes.length) {
      bytes = enlarged(bytes, ends[size - 1]! + more);
      text = new DataView(bytes.buffer);
    }
    if (size < ends.length) return;
    ends = enlarged(ends, size + 1);
    hashes = enlarged(hashes, size + 1);
    index = new Uint32Array(index.length * 2);
    for (let number = 1; number < size; number++) enter(number);
  };

  return {
    get size() {
      return size;
    },
    find(view, start, end) {
      hashBytes(view, start, end, hash);
      const wanted = hash[0]!;
      const wrap = index.length - 1;
      for (let at = (wanted * SLOT) & wrap; ; at = (at + SLOT) & wrap) {
        const number = index[at + 1]!;
        if (number === 0) return 0;
        if (index[at] !== wanted) continue;
        const from = ends[number - 1]!;
        if (ends[number]! - from === end - start && isSame(text, from, view, start, end)) return number;
      }
    },
    findMany(texts, out, at) {
      const { view, starts, ends: until, length } = texts;
      hashMany(texts, hash, wanted);
      // Kept in a word that means nothing, so that the compiler keeps the reads.
      hash[3] = touchSlots(index, wanted, length);
      findHashes(index, wanted, length, out, at);
      hash[3] = touchTexts(bytes, ends, out, at, length);
      for (let i = 0; i < length; i++) {
        const number = out[at + i]!;
        if (number === 0) continue;
        const from = ends[number - 1]!;
        const size = until[i]! - starts[i]!;
        const isIt = ends[number]! - from === size && isSame(text, from, view, starts[i]!, until[i]!);
        if (!isIt) out[at + i] = 0;
      }
    },
    append(view, start, end) {
      reserve(end - start);
      const from = ends[size - 1]!;
      bytes.set(new Uint8Array(view.buffer, view.byteOffset + start, end - start), from);
      ends[size] = from + end - start;
      hashes[size] = hash[0]!;
      enter(size);
      return size++;
    },
    textOf: (number) => decoder.decode(bytes.subarray(ends[number - 1]!, ends[number]!)),
    hashOf: (number) => hashes[number]!,
    get byteLength() {
      return ends[size - 1]!;
    },
    identities() {
      const count = size - 1;
      const all = { hi: new Uint32Array(count), lo: new Uint32Array(count), bytes: new Uint32Array(count) };
      for (let i = 0; i < count; i++) {
        hashBytes(text, ends[i]!, ends[i + 1]!, hash);
        all.lo[i] = hash[0]!;
        all.hi[i] = hash[1]!;
        all.bytes[i] = ends[i + 1]! - ends[i]!;
      }
      return all;
    },
    texts: () => ({ bytes: bytes.subarray(0, ends[size - 1]!), ends: ends.subarray(1, size) }),
    snapshot(from = 1) {
      const start = ends[from - 1]!;
      return {
        bytes: bytes.slice(start, ends[size - 1]!),
        ends: ends.slice(from, size).map((end) => end - start),
      };
    },
  };
}

function hashMany({ view, starts, ends, length }: ManyTexts, hash: Uint32Array, out: Uint32Array): void {
  for (let i = 0; i < length; i++) {
    hashBytes(view, starts[i]!, ends[i]!, hash);
    out[i] = hash[0]!;
  }
}

/** Writes the number of the first text of each hash to `out[at…]`, 0 where there is none. */
function findHashes(
  index: Uint32Array,
  hashes: Uint32Array,
  length: number,
  out: Int32Array,
  at: number,
): void {
  const wrap = index.length - 1;
  for (let i = 0; i < length; i++) {
    const hash = hashes[i]!;
    let slot = (hash * SLOT) & wrap;
    while (index[slot + 1] !== 0 && index[slot] !== hash) slot = (slot + SLOT) & wrap;
    out[at + i] = index[slot + 1]!;
  }
}

/*
 * Where a text leads to is read for all texts before any is needed: their cache misses overlap, where those of one
 * text after the other would each be waited for. What they return has no meaning.
 */

function touchSlots(index: Uint32Array, hashes: Uint32Array, length: number): number {
  const wrap = index.length - 1;
  let seen = 0;
  for (let i = 0; i < length; i++) seen |= index[(hashes[i]! * SLOT) & wrap]!;
  return seen;
}

function touchTexts(
  bytes: Uint8Array,
  ends: Uint32Array,
  numbers: Int32Array,
  at: number,
  length: number,
): number {
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const number = numbers[at + i]!;
    if (number !== 0) seen |= bytes[ends[number - 1]!]!;
  }
  return seen;
}

/** Whether the bytes at `from` of `text` are those of `view` from `start` to `end`. */
function isSame(text: DataView, from: number, view: DataView, start: number, end: number): boolean {
  const shift = from - start;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    if (text.getInt32(at + shift, true) !== view.getInt32(at, true)) return false;
  }
  for (; at < end; at++) if (text.getUint8(at + shift) !== view.getUint8(at)) return false;
  return true;
}

function enlarged<A extends Uint8Array | Uint32Array>(array: A, atLeast: number): A {
  const larger = new (array.constructor as new (length: number) => A)(Math.max(array.length * 2, atLeast));
  larger.set(array);
  return larger;
}
