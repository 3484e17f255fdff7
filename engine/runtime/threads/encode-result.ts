import type { Row, ViewSpec } from '../../protocol/view.ts';
import { arrowRows } from '../../store/arrow-rows.ts';
import type { ViewResult } from '../../store/store.ts';
import type { ViewFormat } from './thread-messages.ts';

/** A view's figures once, as the body of an answer. */
export interface EncodedResult {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/**
 * Writes a view's figures; columns are `key` and the metrics. Money is in minor units, time in epoch ms; an
 * unknown figure is null in JSON and Arrow, empty in CSV.
 */
export function encodeResult(view: ViewSpec, result: ViewResult, format: ViewFormat): EncodedResult {
  const columns = ['key', ...view.metrics];
  if (format === 'arrow') {
    const body = new Uint8Array(arrowRows(result.rows, view.metrics));
    return { contentType: 'application/vnd.apache.arrow.stream', body };
  }
  if (format === 'csv') {
    const lines = [columns, ...result.rows].map((row) => row.map(csvCell).join(','));
    return { contentType: 'text/csv; charset=utf-8; header=present', body: `${lines.join('\r\n')}\r\n` };
  }
  const rows = result.rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null])));
  const body = `${JSON.stringify({ view, meta: result.meta, rows })}\n`;
  return { contentType: 'application/json; charset=utf-8', body };
}

/** RFC 4180; a text that a spreadsheet would run as a formula is written as text. */
function csvCell(value: Row[number] | string): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
