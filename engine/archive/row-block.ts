import { growBytes } from '../events/in-shared-memory.ts';
import type { ArchiveColumns } from './archive-columns.ts';

/** Rows on their way to be archived, as plain data. */
export interface RowBlock {
  length: number;
  readonly capacity: number;
  /** Null is NaN. */
  readonly numbers: Readonly<Record<string, Float64Array>>;
  /** Codes into the texts that {@link NewValues} told of; 0 is null, a negative one a text that was lost. */
  readonly codes: Readonly<Record<string, Int32Array>>;
  /** Stretches of `bytes`; a start of `NO_TEXT` is null, or {@link LOST} where `end` says so. */
  readonly ids: Readonly<Record<string, { readonly start: Uint32Array; readonly end: Uint32Array }>>;
  bytes: Uint8Array;
  bytesUsed: number;
}

/** The end of an id whose text is too long to be kept. */
export const LOST = 1;

const BYTES_PER_ROW = 96;

export function createRowBlock(columns: ArchiveColumns, capacity: number): RowBlock {
  const make = <T>(names: readonly string[], array: () => T): Record<string, T> =>
    Object.fromEntries(names.map((name) => [name, array()]));
  return {
    length: 0,
    capacity,
    numbers: make(columns.numbers, () => new Float64Array(capacity)),
    codes: make(columns.coded, () => new Int32Array(capacity)),
    ids: make(columns.ids, () => ({ start: new Uint32Array(capacity), end: new Uint32Array(capacity) })),
    bytes: new Uint8Array(capacity * BYTES_PER_ROW),
    bytesUsed: 0,
  };
}

/** Room for `more` bytes of ids. */
export function reserveBytes(block: RowBlock, more: number): void {
  if (block.bytesUsed + more <= block.bytes.length) return;
  block.bytes = growBytes(block.bytes, block.bytesUsed + more);
}
