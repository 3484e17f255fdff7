/**
 * Where a column's decoded values go. A column of our events is one or more *lanes*, arrays with one entry per
 * row: numbers have one Float64Array, categories one Int32Array of codes, ids two or four Uint32Arrays of hash
 * words. A stored dictionary becomes lanes, too, once per entry; rows then only copy entries.
 */
export type Lane = Float64Array | Int32Array | Uint32Array;

export interface ColumnSink {
  /** Lanes of the row group, filled by row. */
  readonly lanes: readonly Lane[];
  /** What a null is in every lane. */
  readonly nullValue: number;
  /** Fresh lanes for a dictionary of `size` entries. */
  createLanes(size: number): Lane[];
  /** Decodes `count` plain values into `into[…][at…]`. */
  decodePlain(options: {
    readonly bytes: Uint8Array;
    readonly count: number;
    readonly into: readonly Lane[];
    readonly at: number;
  }): void;
}
