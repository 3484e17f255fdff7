import type { Row, RowKey } from '../../engine/protocol/view.ts';

/** One part of a whole. */
export interface SharePart {
  /** `null` is the null key; `rest` gathers what has no place of its own. */
  readonly key: RowKey;
  readonly rest: boolean;
  readonly value: number;
  /** Fraction of 1. */
  readonly share: number;
}

/**
 * Parts of an additive metric, in the order given, the rest gathered after `max - 1` parts.
 * Never for distinct counts: they don't add up to a whole.
 */
export function shareParts(rows: readonly Row[], max: number): SharePart[] {
  const known = rows.map((row) => ({ key: row[0], value: row[1] ?? 0 })).filter((part) => part.value > 0);
  const total = known.reduce((sum, part) => sum + part.value, 0);
  const shown = known.length > max ? known.slice(0, max - 1) : known;
  const parts = shown.map((part) => ({ ...part, rest: false, share: part.value / total }));
  if (shown.length === known.length) return parts;
  const rest = known.slice(shown.length).reduce((sum, part) => sum + part.value, 0);
  return [...parts, { key: null, rest: true, value: rest, share: rest / total }];
}
