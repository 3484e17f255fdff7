/** Rows of like predicates, side by side. */
export interface MaskGroups {
  /** Rows of group g are rows[starts[g] … starts[g + 1] − 1], in the order in which they came. */
  readonly rows: Int32Array;
  starts: Int32Array;
  /** Predicates that hold for the rows of each group, as bits. */
  readonly masks: number[];
  /** Group by position. */
  readonly groupOf: Int32Array;
}

export function createMaskGroups(capacity: number): MaskGroups {
  return {
    rows: new Int32Array(capacity),
    starts: new Int32Array(64),
    masks: [],
    groupOf: new Int32Array(capacity),
  };
}

/** Sorts rows by the predicates that hold for them, so that what follows asks no row for them; `out` is overwritten. */
export function groupByMask(masks: Int32Array, rows: Int32Array, length: number, out: MaskGroups): void {
  const { groupOf, masks: known } = out;
  known.length = 0;
  const further = new Map<number, number>();
  let last = -1;
  let lastMask = 0;
  for (let i = 0; i < length; i++) {
    const mask = masks[rows[i]!]!;
    if (last < 0 || mask !== lastMask) {
      last = groupOfMask(known, further, mask);
      lastMask = mask;
    }
    groupOf[i] = last;
  }
  if (out.starts.length < known.length + 2) out.starts = new Int32Array(known.length * 2);
  const { starts } = out;
  // Counted two places ahead, so that filling leaves every group's start in its own place.
  starts.fill(0);
  for (let i = 0; i < length; i++) starts[groupOf[i]! + 2]!++;
  for (let group = 0; group < known.length; group++) starts[group + 2]! += starts[group + 1]!;
  for (let i = 0; i < length; i++) out.rows[starts[groupOf[i]! + 1]!++] = rows[i]!;
}

/** Plans are about event types, so that there are a few masks: looking through them beats a map. */
const FEW = 12;

function groupOfMask(known: number[], further: Map<number, number>, mask: number): number {
  const few = Math.min(known.length, FEW);
  for (let group = 0; group < few; group++) if (known[group] === mask) return group;
  const group = further.get(mask);
  if (group !== undefined) return group;
  if (known.length >= FEW) further.set(mask, known.length);
  return known.push(mask) - 1;
}
