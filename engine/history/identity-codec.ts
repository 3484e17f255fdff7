import { GmvError } from '../errors.ts';
import type { IdentitySets } from '../figures/day-figures.ts';

/** Most bytes of one 64-bit delta. */
export const MAX_VARINT_BYTES = 10;

const damaged = (why: string): GmvError =>
  new GmvError('identity_damaged', `a stored identity set ${why}`, 'Replay the day to publish it anew.');

/**
 * Packs entries from … to−1 of sets of 64-bit ids, ascending by (hi, lo), each once: the difference of each id from the one
 * before (the first of a set: from zero) as an unsigned LEB128 varint. A set of n evenly spread ids takes about
 * (64 − log2 n) ÷ 7 bytes an id. Gives where the next one goes.
 */
export function encodeIdentity(options: {
  readonly identity: Pick<IdentitySets, 'hi' | 'lo'>;
  readonly from: number;
  readonly to: number;
  /** Whether a set begins with the entry `from`. */
  readonly isFirst: boolean;
  /** With room for 10 bytes an id from `at` on. */
  readonly into: Uint8Array;
  readonly at: number;
}): number {
  const { from, to, isFirst, into } = options;
  const { hi, lo } = options.identity;
  let { at } = options;
  let beforeHi = isFirst ? 0 : hi[from - 1]!;
  let beforeLo = isFirst ? 0 : lo[from - 1]!;
  for (let i = from; i < to; i++) {
    const idHi = hi[i]!;
    const idLo = lo[i]!;
    let deltaHi = (idHi - beforeHi - (idLo < beforeLo ? 1 : 0)) >>> 0;
    let deltaLo = (idLo - beforeLo) >>> 0;
    while (deltaHi !== 0 || deltaLo > 127) {
      into[at++] = (deltaLo & 127) | 128;
      deltaLo = ((deltaLo >>> 7) | (deltaHi << 25)) >>> 0;
      deltaHi >>>= 7;
    }
    into[at++] = deltaLo;
    beforeHi = idHi;
    beforeLo = idLo;
  }
  return at;
}

/**
 * Unpacks `count` ids.
 *
 * @throws GmvError `identity_damaged` where the bytes hold another number of ids.
 */
export function decodeIdentity(bytes: Uint8Array, count: number): { hi: Uint32Array; lo: Uint32Array } {
  const hi = new Uint32Array(count);
  const lo = new Uint32Array(count);
  let at = 0;
  let idHi = 0;
  let idLo = 0;
  for (let i = 0; i < count; i++) {
    let deltaHi = 0;
    let deltaLo = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw damaged(`ends after ${i} of ${count} ids`);
      if (shift >= 7 * MAX_VARINT_BYTES) throw damaged(`holds a number of more than 64 bits at id ${i}`);
      const group = byte & 127;
      if (shift < 28) deltaLo |= group << shift;
      else if (shift === 28) {
        deltaLo |= (group & 15) << 28;
        deltaHi |= group >>> 4;
      } else deltaHi |= group << (shift - 32);
      if (byte < 128) break;
      shift += 7;
    }
    const nextLo = idLo + (deltaLo >>> 0);
    idLo = nextLo >>> 0;
    idHi = (idHi + (deltaHi >>> 0) + (nextLo > 0xffff_ffff ? 1 : 0)) >>> 0;
    hi[i] = idHi;
    lo[i] = idLo;
  }
  if (at !== bytes.length) throw damaged(`holds ${bytes.length - at} bytes after its ${count} ids`);
  return { hi, lo };
}
