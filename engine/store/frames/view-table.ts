import { fromAbsolute } from '@internationalized/date';
import type { Row, ViewSpec } from '../../protocol/view.ts';
import type { ViewResult } from '../store.ts';
import { arrowRows } from './arrow-rows.ts';

export type TableFormat = 'json' | 'csv' | 'arrow';

/** A view's figures as the body of an answer. */
export interface ViewTable {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/**
 * Writes a view's figures: `key` and the spec's metrics; money in minor units, null for what is not known.
 * - `json`: `{ view, meta, rows: [{ key, … }] }`, buckets of time in epoch ms
 * - `csv`: RFC 4180 with a header; buckets of time as ISO 8601 in the business zone with its offset; null is empty
 * - `arrow`: IPC stream as in a snapshot, buckets of time in epoch ms
 */
export function viewTable(options: {
  spec: ViewSpec;
  result: ViewResult;
  format: TableFormat;
  /** IANA name. */
  timeZone: string;
}): ViewTable {
  const { spec, result, format, timeZone } = options;
  const columns = ['key', ...spec.metrics];
  if (format === 'arrow') {
    const body = new Uint8Array(arrowRows(result.rows, spec.metrics));
    return { contentType: 'application/vnd.apache.arrow.stream', body };
  }
  if (format === 'csv') {
    const lines = result.rows.map((row) => csvLine(row, timeZone));
    const body = [columns.map(csvText).join(','), ...lines].map((line) => `${line}\r\n`).join('');
    return { contentType: 'text/csv; charset=utf-8; header=present', body };
  }
  const rows = result.rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
  return {
    contentType: 'application/json; charset=utf-8',
    body: `${JSON.stringify({ view: spec, meta: result.meta, rows })}\n`,
  };
}

function csvLine([key, ...figures]: Row, timeZone: string): string {
  const first = typeof key === 'number' ? isoTime(key, timeZone) : csvText(key ?? '');
  return [first, ...figures.map((figure) => (figure === null ? '' : String(figure)))].join(',');
}

/** `2010-12-01T08:00:00+08:00` */
function isoTime(timeMs: number, timeZone: string): string {
  return fromAbsolute(timeMs, timeZone).toString().replace(/\[.*$/, '');
}

/** A text that a spreadsheet would run as a formula is led by an apostrophe (OWASP, CSV injection). */
function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
