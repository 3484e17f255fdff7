/**
 * A 32-bit hash of (seed, index, salt): all the chance there is in the simulator. It uses integer operations
 * only, so that every machine and every version of Node draws the same events. Finalizer: MurmurHash3.
 */
export function mix(seed: number, index: number, salt: number): number {
  let h = seed ^ Math.imul(salt, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h ^= Math.imul(index >>> 0, 0xc2b2ae35) ^ Math.imul(Math.floor(index / 0x1_0000_0000) | 0, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Maps a 32-bit hash evenly onto 0 … count − 1. */
export function below(hash: number, count: number): number {
  return Math.floor((hash / 0x1_0000_0000) * count);
}
