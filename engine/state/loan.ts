import { GmvError } from '../errors.ts';
import type { Lanes } from './grow.ts';
import { LentArray, PAGE, type Sieve } from './lent-array.ts';

/** The same data, in which arrays may be lent. */
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

/** Where a table has an array that is lent: it tells `lent` before it changes elements. */
export interface Owner<A extends Lanes> {
  lent: LentArray<A> | null;
}

/** How a table gives its arrays to a snapshot. */
export interface Holding {
  /** The first `length` elements of an array of which these never change again: a view. */
  settled<A extends Lanes>(array: A, length: number): A;
  /** The first `length` elements of an array that its owner goes on changing. */
  changing<A extends Lanes>(owner: Owner<A>, array: A, length: number, sieve?: Sieve<A>): A | LentArray<A>;
}

/** Up to so many bytes a copy costs less than looking after them: what a page or two would. */
const SMALL_BYTES = 1 << 10;

/** Views of everything, which hold until the owner changes something. */
export const VIEWS: Holding = {
  settled: viewOf,
  changing: (_owner, array, length, sieve) => (sieve ? pick(array, length, sieve) : viewOf(array, length)),
};

/** Lends arrays out until they are called back. */
export interface Lease extends Holding {
  /** Owners need not keep anything any more. */
  end(): void;
}

/** `smallBytes`: arrays up to so long are copied. */
export function createLease(smallBytes = SMALL_BYTES): Lease {
  const ends: (() => void)[] = [];
  return {
    settled: viewOf,
    changing(owner, array, length, sieve) {
      if (length * array.BYTES_PER_ELEMENT <= smallBytes) {
        return sieve ? pick(array, length, sieve) : (viewOf(array, length).slice() as typeof array);
      }
      const lent = new LentArray(array, length, sieve);
      owner.lent = lent;
      ends.push(() => {
        if (owner.lent === lent) owner.lent = null;
      });
      return lent;
    },
    end() {
      for (const end of ends.splice(0)) end();
    },
  };
}

/** Gives what an owner tells of itself, as a copy or as a loan. */
export interface Lender<T> {
  copy(): T;
  /**
   * One at a time.
   *
   * @throws GmvError `snapshot_lent` while another one is lent.
   */
  lend(): Loan<T>;
  isLent(): boolean;
}

export function createLender<T>(tell: (holding: Holding) => Lent<T>): Lender<T> {
  let out: Lease | null = null;
  return {
    copy: () => copyOf<T>(tell(VIEWS)),
    lend() {
      if (out) throw new GmvError('snapshot_lent', 'A snapshot is lent already', 'Release that one first.');
      const lease = createLease();
      out = lease;
      return {
        data: tell(lease),
        release() {
          lease.end();
          if (out === lease) out = null;
        },
      };
    },
    isLent: () => out !== null,
  };
}

/** Plain data that shares nothing with where it came from. Reads what is lent. */
export function copyOf<T>(data: Lent<T>): T {
  return copy(data) as T;
}

function copy(value: unknown): unknown {
  if (value instanceof LentArray) {
    const all: Lanes = value.empty(value.length);
    const part: Lanes = value.empty(PAGE);
    for (let at = 0, read = value.read(part); read > 0; at += read, read = value.read(part)) {
      all.set(part.subarray(0, read), at);
    }
    return all;
  }
  if (ArrayBuffer.isView(value)) return (value as Lanes).slice();
  if (Array.isArray(value)) return value.map(copy);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}

/** Data that nobody changes, as a loan. */
export function loanOf<T>(data: T): Loan<T> {
  return { data: data as Lent<T>, release: () => undefined };
}

function pick<A extends Lanes>(array: A, length: number, sieve: Sieve<A>): A {
  const copied = viewOf(array, length).slice() as A;
  return viewOf(copied, sieve.pick(copied, length));
}

function viewOf<A extends Lanes>(array: A, length: number): A {
  return array.subarray(0, length) as A;
}
