/** One column of one row group, encoded but not yet compressed. */
export interface EncodedChunk {
  readonly nullCount: number;
  /** Plain dictionary entries and the bits that an index takes; null: the column has no dictionary. */
  readonly dictionary: { readonly count: number; readonly bytes: Uint8Array; readonly width: number } | null;
  /** Definition levels, a 1 for each row with a value. */
  readonly levels: Uint8Array;
  /** Dictionary indices or plain values, of the rows that have one. */
  readonly values: Uint8Array;
  /** Bounds of numbers and times; absent for texts and where there is no value. */
  readonly min?: bigint | number;
  readonly max?: bigint | number;
}

/** What a writer accepts for a column: null, undefined and NaN are nulls. */
export type ColumnValues =
  | readonly (string | number | null | undefined)[]
  | Float64Array
  | Int32Array
  | Uint32Array;

/** Gathers one column of a row group. */
export interface ColumnBuilder<V = ColumnValues> {
  /** Takes the values of rows `from` … `to`−1. */
  append(values: V, from: number, to: number): void;
  /** Encodes what was gathered and starts anew; what it returns is valid until the next `append`. */
  encode(): EncodedChunk;
}
