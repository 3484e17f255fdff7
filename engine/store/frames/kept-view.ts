import type { EncodedView } from '../../protocol/encoded.ts';
import type { Row, RowKey, ViewMeta } from '../../protocol/view.ts';
import type { ViewPlan } from '../query/plan-view.ts';
import type { ComputedView } from '../query/query-view.ts';
import { encodePatch, encodeSnapshot } from './encode-view.ts';

/** Removed keys remembered for those who catch up; beyond, they get a snapshot. */
const MAX_REMOVED = 10_000;

/** A view in use: its rows as last published, and the seq at which each of them changed last. */
export interface KeptView {
  readonly plan: ViewPlan;
  readonly computed: ComputedView;
  readonly seq: number;
  /** Takes the next figures; gives the patch or snapshot that publishes them, null where nothing changed. */
  take(next: ComputedView): EncodedView | null;
  /** Makes the next publication a snapshot, as rows of before don't compare. */
  restart(): EncodedView;
  snapshot(): EncodedView;
  catchUp(sinceSeq: number): EncodedView;
}

export function keepView(plan: ViewPlan, first: ComputedView): KeptView {
  const view = plan.id;
  const metrics = plan.spec.metrics;
  const rows = new Map<RowKey, Row>();
  const changedAt = new Map<RowKey, number>();
  const removedAt = new Map<RowKey, number>();
  let computed = first;
  let seq = 1;
  /** Patches exist from here on. */
  let oldest = 1;
  let metaChangedAt = 1;
  let encoded: EncodedView | null = null;

  const fill = (): void => {
    rows.clear();
    changedAt.clear();
    removedAt.clear();
    for (const row of computed.rows) rows.set(row[0], row);
    oldest = seq;
    metaChangedAt = seq;
    encoded = null;
  };
  fill();

  const snapshot = (): EncodedView => {
    encoded ??= encodeSnapshot({ view, seq, metrics, result: computed });
    return encoded;
  };
  const restart = (): EncodedView => {
    seq++;
    fill();
    return snapshot();
  };

  const changedRows = (next: ComputedView): Row[] =>
    next.rows.filter((row, i) => row !== computed.rows[i] && !sameRow(rows.get(row[0]), row));
  const removedKeys = (next: ComputedView): RowKey[] => {
    if (computed.rows.every((row, i) => row[0] === next.rows[i]?.[0])) return [];
    const present = new Set(next.rows.map(([key]) => key));
    return [...rows.keys()].filter((key) => !present.has(key));
  };

  return {
    plan,
    get computed() {
      return computed;
    },
    get seq() {
      return seq;
    },
    take(next) {
      if (next === computed) return null;
      if (!sameRange(computed.meta, next.meta)) {
        computed = next;
        return restart();
      }
      const changed = changedRows(next);
      const removed = removedKeys(next);
      const metaChanged =
        computed.meta.keys !== next.meta.keys ||
        computed.meta.note !== next.meta.note ||
        computed.meta.restatedDays !== next.meta.restatedDays ||
        computed.meta.filtered?.replaying !== next.meta.filtered?.replaying ||
        computed.meta.filtered?.closedMs !== next.meta.filtered?.closedMs;
      computed = next;
      if (changed.length === 0 && removed.length === 0 && !metaChanged) return null;
      seq++;
      encoded = null;
      if (metaChanged) metaChangedAt = seq;
      for (const key of removed) {
        rows.delete(key);
        changedAt.delete(key);
        removedAt.set(key, seq);
      }
      for (const row of changed) {
        rows.set(row[0], row);
        changedAt.set(row[0], seq);
        removedAt.delete(row[0]);
      }
      if (removedAt.size > MAX_REMOVED) {
        removedAt.clear();
        oldest = seq;
      }
      const meta = metaChanged ? computed.meta : undefined;
      return encodePatch({ view, prevSeq: seq - 1, seq, rows: changed, removed, meta });
    },
    restart,
    snapshot,
    catchUp(sinceSeq) {
      if (sinceSeq < oldest || sinceSeq > seq) return snapshot();
      return encodePatch({
        view,
        prevSeq: sinceSeq,
        seq,
        rows: computed.rows.filter(([key]) => (changedAt.get(key) ?? 0) > sinceSeq),
        removed: [...removedAt].flatMap(([key, at]) => (at > sinceSeq ? [key] : [])),
        meta: metaChangedAt > sinceSeq ? computed.meta : undefined,
      });
    },
  };
}

function sameRow(a: Row | undefined, b: Row): boolean {
  return a !== undefined && a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Whether rows of both speak of the same days; otherwise a patch would mix two ranges. */
function sameRange(a: ViewMeta, b: ViewMeta): boolean {
  return a.from === b.from && a.to === b.to && a.missingDays === b.missingDays;
}
