/** What became of a row, in the order of their codes. */
export const DISPOSITIONS = ['applied', 'duplicate', 'conflict', 'late', 'rejected'] as const;

export type Disposition = (typeof DISPOSITIONS)[number];

export const APPLIED = 0;
export const DUPLICATE = 1;
export const CONFLICT = 2;
export const LATE = 3;
export const REJECTED = 4;

/** What became of the rows of one batch; valid until the next one is processed. */
export interface RowFates {
  /** Per row, an index into {@link DISPOSITIONS}. */
  readonly disposition: Uint8Array;
  /** Per rejected row, an index into `reasons`. */
  readonly reason: Uint16Array;
  readonly reasons: readonly string[];
}
