/**
 * What became of every row that came in. Always
 * `rows = applied + duplicates + conflicts + late + rejected`, and `rejected` is the sum of `rejectedBy`.
 */
export interface Counts {
  rows: number;
  applied: number;
  duplicates: number;
  conflicts: number;
  late: number;
  rejected: number;
  /** Reject reason → events. */
  rejectedBy: Record<string, number>;
}

export function zeroCounts(): Counts {
  return { rows: 0, applied: 0, duplicates: 0, conflicts: 0, late: 0, rejected: 0, rejectedBy: {} };
}

/** Adds `more` into `into`. */
export function addCounts(into: Counts, more: Counts): void {
  into.rows += more.rows;
  into.applied += more.applied;
  into.duplicates += more.duplicates;
  into.conflicts += more.conflicts;
  into.late += more.late;
  into.rejected += more.rejected;
  for (const [reason, events] of Object.entries(more.rejectedBy)) {
    into.rejectedBy[reason] = (into.rejectedBy[reason] ?? 0) + events;
  }
}
