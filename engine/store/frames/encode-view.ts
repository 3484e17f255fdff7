import type { EncodedView } from '../../protocol/encoded.ts';
import type { Row, RowKey, ViewMeta } from '../../protocol/view.ts';
import type { ViewResult } from '../store.ts';
import { arrowRows } from './arrow-rows.ts';

/** Rows from which a snapshot is Arrow instead of JSON. */
const ARROW_FROM_ROWS = 1_000;

/** The whole of a view at `seq`. */
export function encodeSnapshot(options: {
  view: string;
  seq: number;
  metrics: readonly string[];
  result: ViewResult;
}): EncodedView {
  const { view, seq, metrics, result } = options;
  const { meta, rows } = result;
  const large = rows.length >= ARROW_FROM_ROWS;
  const body = large ? { rows: null, arrow: true } : { rows, arrow: null };
  return {
    view,
    kind: 'snapshot',
    prevSeq: seq,
    seq,
    text: JSON.stringify({ kind: 'snapshot', view, seq, meta, ...body }),
    attachment: large ? arrowRows(rows, metrics) : null,
  };
}

/** What changed after `prevSeq`; `meta` only where it changed. */
export function encodePatch(patch: {
  view: string;
  prevSeq: number;
  seq: number;
  rows: readonly Row[];
  removed: readonly RowKey[];
  meta: ViewMeta | undefined;
}): EncodedView {
  const { view, prevSeq, seq } = patch;
  return {
    view,
    kind: 'patch',
    prevSeq,
    seq,
    text: JSON.stringify({ kind: 'patch', ...patch }),
    attachment: null,
  };
}
