import { createRandom } from '../builders.ts';
import type { Place } from './parquet-places.ts';

/** A sound file that mutations start from. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly places: readonly Place[];
  /** Whether every page carries a checksum, and the footer, too. */
  readonly hasChecksums: boolean;
  /** Business days to replay; null: all. A file of hundreds of days is replayed in part, for the sake of time. */
  readonly days: { readonly from: number; readonly to: number } | null;
}

export interface Mutation {
  /** Which seed, and what was done to it. */
  readonly seed: Seed;
  readonly what: string;
  readonly bytes: Uint8Array;
}

type Random = () => number;

const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};
const between = (random: Random, from: number, to: number): number =>
  from + Math.floor(random() * (to - from));

const BYTES = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xfe, 0xff];

/** Varints that lie: −1, 0, 1, a little, 2^31 − 1, 2^32, 2^63 and one that doesn't end, zigzag or not. */
const VARINTS = [
  [0x00],
  [0x01],
  [0x02],
  [0x7e],
  [0xfe, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x20],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
];

/** Takes `removed` bytes at `at` out and puts others in. */
function splice(bytes: Uint8Array, at: number, removed: number, added: ArrayLike<number>): Uint8Array {
  const end = Math.min(bytes.length, at + removed);
  const out = new Uint8Array(bytes.length - (end - at) + added.length);
  out.set(bytes.subarray(0, at));
  out.set(added, at);
  out.set(bytes.subarray(end), at + added.length);
  return out;
}

/** Sets the footer's length to what puts its start back where the sound file has it. */
function fixFooter(bytes: Uint8Array, footerAt: number): Uint8Array {
  const length = bytes.length - 8 - footerAt;
  if (length > 0) new DataView(bytes.buffer).setUint32(bytes.length - 8, length, true);
  return bytes;
}

interface Change {
  readonly seed: Seed;
  readonly place: Place;
  readonly random: Random;
  readonly seeds: readonly Seed[];
}

const at = ({ place, random }: Change): number => between(random, place.start, place.end);

const footerOf = ({ places, bytes }: Seed): Place =>
  places.at(-1) ?? { kind: 'footer', start: 0, end: bytes.length };

/** Moves bytes: behind the change every offset is wrong, unless it lies in the footer, whose length may be set right. */
function resize(change: Change, removed: number, added: ArrayLike<number>): Uint8Array {
  const { seed, place, random } = change;
  const bytes = splice(seed.bytes, at(change), removed, added);
  return place.kind === 'footer' && random() < 0.8 ? fixFooter(bytes, place.start) : bytes;
}

const CHANGES: Readonly<Record<string, (change: Change) => Uint8Array>> = {
  'a bit flipped': (change) => {
    const bytes = change.seed.bytes.slice();
    const where = at(change);
    bytes[where] = (bytes[where] ?? 0) ^ (1 << between(change.random, 0, 8));
    return bytes;
  },
  'a byte set': (change) => {
    const bytes = change.seed.bytes.slice();
    const value = change.random() < 0.5 ? pick(change.random, BYTES) : between(change.random, 0, 256);
    bytes[at(change)] = value;
    return bytes;
  },
  'several bytes set': (change) => {
    const bytes = change.seed.bytes.slice();
    for (let i = between(change.random, 2, 9); i > 0; i--) bytes[at(change)] = between(change.random, 0, 256);
    return bytes;
  },
  'a block zeroed': (change) => {
    const where = at(change);
    return change.seed.bytes.slice().fill(0, where, where + between(change.random, 2, 64));
  },
  'a block copied': ({ seed, place, random, seeds }) => {
    const { bytes } = random() < 0.5 ? seed : pick(random, seeds);
    const from = between(random, 0, bytes.length);
    const to = between(random, place.start, place.end);
    const block = bytes.subarray(from, from + between(random, 1, 128));
    return splice(seed.bytes, to, block.length, block).slice(0, seed.bytes.length);
  },
  'cut short': (change) => {
    const { seed, random } = change;
    const cut = seed.bytes.slice(0, at(change));
    if (random() < 0.5) return cut;
    const footer = seed.bytes.subarray(footerOf(seed).start);
    return splice(cut, cut.length, 0, footer);
  },
  'bytes added': (change) =>
    resize(change, 0, new Uint8Array(between(change.random, 1, 40)).fill(pick(change.random, BYTES))),
  'bytes removed': (change) => resize(change, between(change.random, 1, 40), []),
  'a number changed': (change) => resize(change, between(change.random, 1, 4), pick(change.random, VARINTS)),
  'a number put in place': (change) => {
    const varint = pick(change.random, VARINTS);
    return resize(change, varint.length, varint);
  },
  "another file's footer": ({ seed, random, seeds }) => {
    // A footer without a checksum would make it another's file.
    const other = pick(random, seed.hasChecksums ? seeds.filter((each) => each.hasChecksums) : seeds);
    const { start } = footerOf(seed);
    return splice(seed.bytes, start, seed.bytes.length, other.bytes.subarray(footerOf(other).start));
  },
  "the footer's length set": ({ seed, random }) => {
    const bytes = seed.bytes.slice();
    const length = pick(random, [0, 1, 8, between(random, 0, bytes.length * 2), 0x7fffffff, 0xffffffff]);
    new DataView(bytes.buffer).setUint32(bytes.length - 8, length, true);
    return bytes;
  },
};

const KINDS = ['payload', 'payload', 'header', 'footer'] as const;
/** Changes that hit a place more often than those that hit the file as a whole. */
const NAMES = Object.keys(CHANGES);
const RARE = new Set(["another file's footer", "the footer's length set", 'cut short']);

/** Share of cases that may start from a file that takes longer. */
const LARGE_SHARE = 0.15;

/** Case `number` of a run: the same for the same run seed, number and files. */
export function mutate(seeds: readonly Seed[], runSeed: number, number: number): Mutation {
  const random = createRandom(Math.imul(runSeed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  random();
  const few = random() < LARGE_SHARE ? seeds : seeds.filter(({ days }) => days === null);
  const seed = pick(random, few.length > 0 ? few : seeds);
  const kind = pick(random, KINDS);
  const places = seed.places.filter((each) => each.kind === kind);
  const place = pick(random, places.length > 0 ? places : seed.places);
  let name = pick(random, NAMES);
  if (RARE.has(name) && random() < 0.8) name = pick(random, NAMES);
  const bytes = CHANGES[name]?.({ seed, place, random, seeds }) ?? seed.bytes;
  return { seed, bytes, what: `${name} in a ${kind} (${place.start} to ${place.end})` };
}
