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
