import type { IntegerReading } from './stored-type.ts';

/** fastparquet leaves as many bytes behind the values of a page. */
const PADDING = 8;

/**
 * Holds the bytes of a page's values against those that its values take: too few are values that are missing, too
 * many are values that would be left out without a word.
 *
 * @throws Error
 */
export function checkValueBytes(held: number, taken: number): void {
  if (held < taken) throw new Error(`values end after ${held} of ${taken} bytes`);
  if (held - taken > PADDING) throw new Error(`${held - taken} bytes behind its last value`);
}

/**
 * Holds an integer that is stored in 32 bits against the 8 or 16 that its column has: of one that has more each reader
 * makes something else (parquet-format, LogicalTypes.md: it is not defined).
 *
 * @throws Error
 */
export function checkWidth(word: number, { bits, signed }: IntegerReading): void {
  const unused = 32 - bits;
  const kept = signed ? (word << unused) >> unused : (word << unused) >>> unused;
  if (kept !== (signed ? word : word >>> 0)) throw new Error(`a value has more than ${bits} bits`);
}
