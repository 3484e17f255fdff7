import type { Contributions } from './sum-cells.ts';

/** A sum over a column (or a count, without one) of the rows that a predicate lets through. */
export interface Lane {
  readonly column: string | null;
  readonly predicate: number;
}

export interface ContributeInput {
  readonly lanes: readonly Lane[];
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly masks: Int32Array;
  readonly rows: Int32Array;
  readonly length: number;
}

/**
 * Works out, once for all rollups, what each row adds to each lane; rows that add to none are left out.
 */
export function contribute(input: ContributeInput, out: Contributions): void {
  const { lanes, masks, rows, length } = input;
  const width = lanes.length;
  let any = 0;
  for (const lane of lanes) any |= 1 << lane.predicate;
  let kept = 0;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    out.rows[kept] = row;
    kept += (masks[row]! & any) === 0 ? 0 : 1;
  }
  out.length = kept;
  if (out.values.length < kept * width) out.values = new Float64Array(out.rows.length * width);
  for (let lane = 0; lane < width; lane++) {
    const { column, predicate } = lanes[lane]!;
    const values = column === null ? null : input.numbers[column]!;
    const bit = 1 << predicate;
    out.absolute[lane] = fillLane(values, bit, masks, out, lane);
  }
}

/** Fills one lane of all contributions, and returns the sum of their absolute values. */
function fillLane(
  column: Float64Array | null,
  bit: number,
  masks: Int32Array,
  out: Contributions,
  lane: number,
): number {
  const { rows, length, lanes, values } = out;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const row = rows[i]!;
    let value = 0;
    if ((masks[row]! & bit) !== 0) value = column === null ? 1 : column[row]!;
    // Nullable columns of a user's own: a null adds nothing.
    if (Number.isNaN(value)) value = 0;
    values[i * lanes + lane] = value;
    sum += value < 0 ? -value : value;
  }
  return sum;
}
