import type { EventBatch } from '../events/event-batch.ts';
import { pick } from './gathered-rows.ts';

/** Some rows of a batch as a batch of their own; it has neither record times nor records. */
export function pickRows(batch: EventBatch, rows: Uint32Array): EventBatch {
  const { length } = rows;
  const floats = (from: Float64Array): Float64Array => {
    const into = new Float64Array(length);
    pick(from, rows, length, into, 0);
    return into;
  };
  const codes = (from: Int32Array): Int32Array => {
    const into = new Int32Array(length);
    pick(from, rows, length, into, 0);
    return into;
  };
  const words = (from: Uint32Array): Uint32Array => {
    const into = new Uint32Array(from.length === 0 ? 0 : length);
    pick(from, rows, into.length, into, 0);
    return into;
  };
  const [a, b, c, d] = batch.eventId;
  return {
    length,
    capacity: length,
    numbers: mapped(batch.numbers, floats),
    categories: mapped(batch.categories, codes),
    ids: mapped(batch.ids, ({ lo, hi }) => ({ lo: words(lo), hi: words(hi) })),
    eventId: [words(a), words(b), words(c), words(d)],
    recordTimeMs: null,
    records: null,
  };
}

function mapped<F, T>(columns: Readonly<Record<string, F>>, map: (column: F) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, map(column)]));
}
