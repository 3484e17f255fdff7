import { GmvError } from '../errors.ts';
import { bitWidthOf, encodeHybrid, encodeLevels } from './bit-packing.ts';
import type { ColumnBuilder, EncodedChunk } from './encoded-chunk.ts';
import { growRoom } from './grow-room.ts';

export interface NumberColumnOptions {
  readonly name: string;
  readonly bits: 32 | 64;
}

/** Integers from 0 up to here get a dictionary: small numbers repeat. */
const SMALL = 4096;
const WORD = 4_294_967_296;

/** Exact integers; anything else than an integer or a null is refused. */
export function createNumberColumn({ name, bits }: NumberColumnOptions): ColumnBuilder {
  let numbers = new Float64Array(0);
  let levels = new Uint8Array(0);
  /** Of the values as they are stored. */
  let words = new Int32Array(0);
  const limit = bits === 32 ? 2_147_483_647 : Number.MAX_SAFE_INTEGER;
  let rows = 0;
  let present = 0;
  let min = Infinity;
  let max = -Infinity;
  const take = (value: number): void => {
    if (Math.floor(value) !== value || Math.abs(value) > limit) throw notStorable(name, bits, value);
    levels[rows++] = 1;
    numbers[present++] = value;
    if (value < min) min = value;
    if (value > max) max = value;
  };
  /** A loop of its own: one that takes any kind of values is several times as slow. */
  const appendFloats = (values: Float64Array, from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) levels[rows++] = 0;
      else take(value);
    }
  };
  return {
    append(values, from, to) {
      numbers = growRoom(numbers, rows + to - from);
      levels = growRoom(levels, rows + to - from);
      if (values instanceof Float64Array && to <= values.length) return appendFloats(values, from, to);
      for (let i = from; i < to; i++) {
        const value = values[i];
        if (value === null || value === undefined || Number.isNaN(value)) levels[rows++] = 0;
        else if (typeof value === 'number') take(value);
        else throw notStorable(name, bits, value);
      }
    },
    encode() {
      const used = numbers.subarray(0, present);
      const isSmall = present > 0 && min >= 0 && max < SMALL;
      words = growRoom(words, (present * bits) / 32);
      const encoded = isSmall
        ? encodeSmall(used, max, bits, words)
        : { dictionary: null, values: plain(used, bits, words) };
      const bound = bits === 32 ? (value: number) => value : BigInt;
      const bounds = present > 0 ? { min: bound(min), max: bound(max) } : {};
      const chunk: EncodedChunk = {
        nullCount: rows - present,
        levels: encodeLevels(levels, rows, present),
        ...encoded,
        ...bounds,
      };
      rows = 0;
      present = 0;
      min = Infinity;
      max = -Infinity;
      return chunk;
    },
  };
}

function encodeSmall(
  numbers: Float64Array,
  max: number,
  bits: 32 | 64,
  indices: Int32Array,
): Pick<EncodedChunk, 'dictionary' | 'values'> {
  const codes = new Int32Array(max + 1).fill(-1);
  const entries: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    if (codes[value] === -1) codes[value] = entries.push(value) - 1;
    indices[i] = codes[value]!;
  }
  const width = bitWidthOf(entries.length - 1);
  const bytes = plain(Float64Array.from(entries), bits, new Int32Array((entries.length * bits) / 32));
  return {
    dictionary: { count: entries.length, bytes, width },
    values: encodeHybrid(indices, numbers.length, width),
  };
}

/** Writes the numbers to `words` as they are stored, and gives their bytes. */
function plain(numbers: Float64Array, bits: 32 | 64, words: Int32Array): Uint8Array {
  if (bits === 32) words.set(numbers);
  else
    for (let i = 0; i < numbers.length; i++) {
      const high = Math.floor(numbers[i]! / WORD);
      words[2 * i] = numbers[i]! - high * WORD;
      words[2 * i + 1] = high;
    }
  return new Uint8Array(words.buffer, 0, (numbers.length * bits) / 8);
}

const notStorable = (name: string, bits: number, value: unknown): GmvError =>
  new GmvError(
    'archive_value',
    `column "${name}" holds ${bits}-bit integers, got ${JSON.stringify(value) ?? String(value)}`,
    'Round it or leave the event out.',
  );
