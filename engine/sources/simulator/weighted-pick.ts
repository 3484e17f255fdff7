/** Draws an index by weight from a 32-bit hash, in constant time. */
export type WeightedPick = (hash: number) => number;

/**
 * Alias table (Walker 1977, Vose 1991) of the weights. Only additions, multiplications and divisions, so that
 * the table is equal everywhere.
 */
export function createWeightedPick(weights: ArrayLike<number>): WeightedPick {
  const count = weights.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += weights[i]!;
  const keep = new Float64Array(count);
  const alias = new Int32Array(count);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < count; i++) {
    keep[i] = (weights[i]! * count) / sum;
    alias[i] = i;
    (keep[i]! < 1 ? small : large).push(i);
  }
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large[large.length - 1]!;
    alias[poor] = rich;
    keep[rich] = keep[rich]! - (1 - keep[poor]!);
    if (keep[rich]! < 1) {
      large.pop();
      small.push(rich);
    }
  }
  // What is left differs from 1 by rounding alone.
  for (const i of [...small, ...large]) keep[i] = 1;
  const scale = count / 0x1_0000_0000;
  return (hash) => {
    const at = hash * scale;
    const index = Math.floor(at);
    return at - index < keep[index]! ? index : alias[index]!;
  };
}

/** Zipf–Mandelbrot weights with exponent 1: 1 / (rank + shift), rank 0 first. */
export function zipfWeights(count: number, shift: number): Float64Array {
  return Float64Array.from({ length: count }, (_, rank) => 1 / (rank + shift));
}
