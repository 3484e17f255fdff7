/** Typed arrays that tables are made of. */
export type Lanes = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

/** The array itself where it holds `atLeast` elements, else a copy of at least twice its length, zeros behind. */
export function grow<A extends Lanes>(array: A, atLeast: number): A {
  if (array.length >= atLeast) return array;
  const grown = new (array.constructor as new (length: number) => A)(Math.max(array.length * 2, atLeast));
  grown.set(array);
  return grown;
}

/** The smallest power of two that is at least `n`. */
export function powerOfTwo(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}
