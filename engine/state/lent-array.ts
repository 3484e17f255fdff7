import type { Lanes } from './grow.ts';

const PAGE_BITS = 8;
/** Elements of a page: a few cache lines of writing for whoever changes a lent array. */
export const PAGE = 1 << PAGE_BITS;
/** Pages of one stretch of kept copies. */
const STRETCH = 256;

/** Leaves out what means nothing, such as free slots. */
export interface Sieve<A extends Lanes> {
  /** Elements that are left of all. */
  readonly length: number;
  /** Moves those that are left of the first `length` elements to the front and says how many; they come by whole pages. */
  pick(part: A, length: number): number;
}

/**
 * The first `length` elements of a table's array as they are now, while the table goes on changing them: copy on
 * write by page. Its owner calls {@link keep} before it changes elements; a page that is changed before it was read is
 * copied, at most once. An owner that replaces its array (growth) has nothing to keep any more, as the replaced one
 * never changes again.
 */
export class LentArray<A extends Lanes = Lanes> {
  /** Elements that {@link read} gives in all. */
  readonly length: number;
  readonly bytesPerElement: number;
  readonly #array: A;
  readonly #end: number;
  readonly #sieve: Sieve<A> | undefined;
  /** Elements below were read: they may change freely. A multiple of PAGE until all were. */
  #read = 0;
  /** Page → its copy's number + 1; 0 where there is none. */
  readonly #copyOf: Uint32Array;
  #copies = 0;
  readonly #stretches: A[] = [];

  constructor(array: A, length: number, sieve?: Sieve<A>) {
    this.#array = array;
    this.#end = length;
    this.#sieve = sieve;
    this.length = sieve?.length ?? length;
    this.bytesPerElement = array.BYTES_PER_ELEMENT;
    this.#copyOf = new Uint32Array(Math.ceil(length / PAGE));
  }

  /** An empty array of the same type. */
  empty(length: number): A {
    return new (this.#array.constructor as new (length: number) => A)(length);
  }

  /** An array of the same type over other memory. */
  over(buffer: ArrayBufferLike, byteOffset: number, length: number): A {
    type Over = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => A;
    return new (this.#array.constructor as Over)(buffer, byteOffset, length);
  }

  /** Elements [from, to) are about to change. */
  keep(from: number, to: number): void {
    const last = (Math.min(to, this.#end) - 1) >> PAGE_BITS;
    for (let page = Math.max(from, this.#read) >> PAGE_BITS; page <= last; page++) {
      if (this.#copyOf[page] === 0) this.#copy(page);
    }
  }

  /**
   * Writes the next elements to the front of `into` and says how many; 0 at the end. What was read is let go of.
   * `into` has room for whole pages, that is a multiple of 256 elements.
   */
  read(into: A): number {
    for (;;) {
      const raw = this.#take(into);
      if (raw === 0 || this.#sieve === undefined) return raw;
      const left = this.#sieve.pick(into, raw);
      if (left > 0) return left;
    }
  }

  #take(into: A): number {
    const from = this.#read;
    const to = Math.min(this.#end, from + into.length);
    into.set(this.#array.subarray(from, to));
    for (let start = from; start < to; start += PAGE) {
      const copy = this.#copyOf[start >> PAGE_BITS]!;
      if (copy === 0) continue;
      const kept = this.#copyAt(copy - 1);
      into.set(start + PAGE <= to ? kept : kept.subarray(0, to - start), start - from);
    }
    this.#read = to;
    return to - from;
  }

  #copy(page: number): void {
    const start = page * PAGE;
    if (this.#copies % STRETCH === 0) this.#stretches.push(this.empty(STRETCH * PAGE));
    this.#copyAt(this.#copies).set(this.#array.subarray(start, start + PAGE));
    this.#copyOf[page] = ++this.#copies;
  }

  #copyAt(copy: number): A {
    const at = (copy % STRETCH) * PAGE;
    return this.#stretches[Math.floor(copy / STRETCH)]!.subarray(at, at + PAGE) as A;
  }
}
