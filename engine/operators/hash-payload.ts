import type { Dictionaries, Dictionary } from '../events/dictionary.ts';
import { columnOf, type EventBatch } from '../events/event-batch.ts';
import type { Schema } from '../events/order-schema.ts';

/** 64-bit hashes of rows, in two lanes. */
export interface PayloadLanes {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

export interface HashPayload {
  process(batch: EventBatch, out: PayloadLanes): void;
}

export interface HashPayloadOptions {
  readonly schema: Schema;
  /** Names of the columns that make the payload. */
  readonly payload: readonly string[];
  readonly dictionaries: Dictionaries;
}

const TWO_32 = 4_294_967_296;
const NULL_WORD = 0x7ff8_5eed;

/**
 * Hashes the payload's columns in schema order, values and not codes, so that a payload has one hash in every thread
 * and run.
 * Two different payloads of one event id are taken for equal with probability about 2^-32 (category values
 * enter by a 32-bit hash).
 */
export function createHashPayload({ schema, payload, dictionaries }: HashPayloadOptions): HashPayload {
  const columns = schema
    .filter((column) => payload.includes(column.name))
    .map((column) => ({
      ...column,
      hashes: column.kind === 'category' ? createHashes(columnOf(dictionaries, column.name)) : null,
    }));
  return {
    process(batch, out) {
      const { length } = batch;
      out.hi.fill(0x9747_b28c, 0, length);
      out.lo.fill(0x3c6e_f372, 0, length);
      for (const { name, kind, hashes } of columns) {
        if (hashes) mixCodes(columnOf(batch.categories, name), hashes.extended(), length, out);
        else if (kind === 'id64') mixIds(columnOf(batch.ids, name), length, out);
        else mixNumbers(columnOf(batch.numbers, name), length, out);
      }
      finish(length, out);
    },
  };
}

function mixCodes(codes: Int32Array, hashes: Uint32Array, length: number, { hi, lo }: PayloadLanes): void {
  for (let row = 0; row < length; row++) {
    const code = codes[row]!;
    const word = code > 0 ? hashes[code]! : code;
    const a = Math.imul(hi[row]! ^ word, 0x85eb_ca6b);
    hi[row] = a ^ (a >>> 15);
    const b = Math.imul(lo[row]! + word, 0xc2b2_ae35);
    lo[row] = b ^ (b >>> 13);
  }
}

function mixIds(ids: { hi: Uint32Array; lo: Uint32Array }, length: number, { hi, lo }: PayloadLanes): void {
  for (let row = 0; row < length; row++) {
    const a = Math.imul(hi[row]! ^ ids.lo[row]!, 0x85eb_ca6b);
    hi[row] = Math.imul(a ^ (a >>> 15) ^ ids.hi[row]!, 0x27d4_eb2f);
    const b = Math.imul(lo[row]! + ids.hi[row]!, 0xc2b2_ae35);
    lo[row] = Math.imul((b ^ (b >>> 13)) + ids.lo[row]!, 0x1656_67b1);
  }
}

function mixNumbers(column: Float64Array, length: number, { hi, lo }: PayloadLanes): void {
  for (let row = 0; row < length; row++) {
    const value = column[row]!;
    const low = Number.isNaN(value) ? NULL_WORD : value | 0;
    const high = Number.isNaN(value) ? NULL_WORD : Math.floor(value / TWO_32) | 0;
    const a = Math.imul(hi[row]! ^ low, 0x85eb_ca6b);
    hi[row] = Math.imul(a ^ (a >>> 15) ^ high, 0x27d4_eb2f);
    const b = Math.imul(lo[row]! + low, 0xc2b2_ae35);
    lo[row] = Math.imul((b ^ (b >>> 13)) + high, 0x1656_67b1);
  }
}

function finish(length: number, { hi, lo }: PayloadLanes): void {
  for (let row = 0; row < length; row++) {
    const a = Math.imul(hi[row]! ^ (hi[row]! >>> 16), 0x85eb_ca6b);
    const b = Math.imul(lo[row]! ^ (lo[row]! >>> 16), 0xc2b2_ae35);
    hi[row] = a ^ (a >>> 13);
    lo[row] = b ^ (b >>> 16);
  }
}

/** Hashes of a dictionary's values by code, kept as the dictionary grows. */
function createHashes(dictionary: Dictionary) {
  let hashes = new Uint32Array(16);
  let known = 0;
  return {
    extended(): Uint32Array {
      if (hashes.length < dictionary.size) {
        const grown = new Uint32Array(dictionary.size * 2);
        grown.set(hashes);
        hashes = grown;
      }
      for (; known < dictionary.size; known++) hashes[known] = dictionary.hashOf(known);
      return hashes;
    },
  };
}
