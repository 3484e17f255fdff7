import type { Random } from './password-hash.ts';

/** Crockford's base 32, which leaves out what looks alike; a byte's low five bits choose evenly. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 20;
const GROUP = 5;

/** Twenty characters to be read and typed, 100 bits: `k7m2p-…`. */
export function madeUpPassword(random: Random): string {
  const characters = [...random(LENGTH)].map((byte) => LETTERS[byte & 31] ?? '');
  return characters.map((letter, at) => (at > 0 && at % GROUP === 0 ? `-${letter}` : letter)).join('');
}
