import { addKey, type KeyIndex, reserveKeys } from '../state/key-index.ts';

/** Writes the key number of each position's row for one dimension; new keys get the next number. */
export function groupKeys(
  index: KeyIndex,
  codes: Int32Array,
  dictionarySize: number,
  rows: Int32Array,
  length: number,
  out: Int32Array,
): void {
  reserveKeys(index, dictionarySize);
  const { numberOf } = index;
  for (let i = 0; i < length; i++) {
    const code = codes[rows[i]!]!;
    const number = numberOf[code]!;
    out[i] = (number !== 0 ? number : addKey(index, code)) - 1;
  }
}
