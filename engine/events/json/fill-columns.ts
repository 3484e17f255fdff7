import type { Dictionaries } from '../dictionary.ts';
import { columnOf } from '../event-batch.ts';
import type { RecordBatch } from '../record-batch.ts';
import { NO_TEXT } from '../record-columns.ts';
import type { CompiledColumn } from './compile-mapping.ts';
import { createFillCategories } from './fill-categories.ts';
import { createFillIds } from './fill-ids.ts';
import { createFillNumbers, type FillOptions } from './fill-numbers.ts';

/**
 * Fills all columns of some rows from their tokens, a column at a time. Categories come last and only where no column
 * failed, so that a row that is refused leaves nothing in a dictionary.
 */
export function createFillColumns(
  columns: readonly CompiledColumn[],
  dictionaries: Dictionaries,
): (batch: RecordBatch, options: FillOptions) => void {
  const isId = ({ kind }: CompiledColumn): boolean => kind === 'id64' || kind === 'id128';
  const ids = columns.filter(isId).map((column) => ({ column, fill: createFillIds(column) }));
  const categories = columns
    .filter(({ kind }) => kind === 'category')
    .map((column) => ({ column, ...createFillCategories(column, columnOf(dictionaries, column.name)) }));
  const numbers = columns
    .filter(({ reading }) => reading !== null)
    .map((column) => ({ column, fill: createFillNumbers(column) }));

  const lanesOf = ({ name, kind }: CompiledColumn, batch: RecordBatch): readonly Uint32Array[] => {
    if (kind === 'id128') return batch.eventId;
    const { lo, hi } = columnOf(batch.ids, name);
    return [lo, hi];
  };

  const clearRow = (batch: RecordBatch, row: number): void => {
    for (const { column } of numbers) columnOf(batch.numbers, column.name)[row] = Number.NaN;
    for (const { column } of ids) {
      for (const lane of lanesOf(column, batch)) lane[row] = 0;
      const { start, end } = columnOf(batch.records.ids, column.name);
      start[row] = NO_TEXT;
      end[row] = NO_TEXT;
    }
  };

  return (batch, options) => {
    const { records, base, count } = options;
    for (const { column, fill } of numbers) fill(options, columnOf(batch.numbers, column.name));
    for (const { column, fill } of ids) {
      fill(options, columnOf(records.ids, column.name), lanesOf(column, batch));
    }
    for (const { check } of categories) check(options);
    for (const { column, fill } of categories) fill(options, columnOf(batch.categories, column.name));
    for (let row = base; row < base + count; row++) if (records.failure[row] !== 0) clearRow(batch, row);
  };
}
