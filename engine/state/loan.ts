import type { Lanes } from './grow.ts';
import type { LentArray } from './lent-array.ts';

/** The same data, in which arrays may be lent: see {@link Loan}. */
export type Lent<T> = T extends Lanes
  ? T | LentArray<T>
  : T extends object
    ? { readonly [K in keyof T]: Lent<T[K]> }
    : T;

/**
 * Plain data of one moment that was not copied. Its typed arrays are views of elements that don't change any more, or
 * {@link LentArray}s, which are read once, from the front, while their owner goes on.
 */
export interface Loan<T> {
  readonly data: Lent<T>;
  /** All was read, or will not be: the owner need not keep anything any more. */
  release(): void;
}

/** Data that nobody changes, as a loan. */
export function loanOf<T>(data: T): Loan<T> {
  return { data: data as Lent<T>, release: () => undefined };
}
