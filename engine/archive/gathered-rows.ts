import { columnOf } from '../events/event-batch.ts';
import { NO_TEXT } from '../events/record-columns.ts';
import { viewOf } from '../events/view-of.ts';
import type { ArchiveColumns } from './archive-columns.ts';
import { copyText } from './copy-text.ts';
import { growRoom } from './grow-room.ts';
import { createRowBlock, type RowBlock, reserveBytes } from './row-block.ts';
import type { Stretches } from './stretches-by-day.ts';

/** Rows of one day that wait for their file; its room grows as they come. */
export interface GatheredRows {
  readonly block: RowBlock;
  /** Appends rows of another block. */
  append(from: RowBlock, stretches: Stretches): void;
  /** Gives the rows up, not their room. */
  clear(): void;
}

const FIRST_ROWS = 512;

export function createGatheredRows(columns: ArchiveColumns): GatheredRows {
  let block = createRowBlock(columns, FIRST_ROWS);
  let rows = new Uint32Array(0);

  const reserve = (rows: number): void => {
    if (rows <= block.capacity) return;
    const grown = createRowBlock(columns, Math.max(rows, block.capacity * 2));
    for (const name of columns.numbers)
      columnOf(grown.numbers, name).set(columnOf(block.numbers, name).subarray(0, block.length));
    for (const name of columns.coded)
      columnOf(grown.codes, name).set(columnOf(block.codes, name).subarray(0, block.length));
    for (const name of columns.ids) {
      const { start, end } = columnOf(block.ids, name);
      columnOf(grown.ids, name).start.set(start.subarray(0, block.length));
      columnOf(grown.ids, name).end.set(end.subarray(0, block.length));
    }
    reserveBytes(grown, block.bytesUsed);
    grown.bytes.set(block.bytes.subarray(0, block.bytesUsed));
    grown.bytesUsed = block.bytesUsed;
    grown.length = block.length;
    block = grown;
  };

  return {
    get block() {
      return block;
    },
    append(from, stretches) {
      rows = growRoom(rows, from.length);
      const count = rowsOf(stretches, rows);
      reserve(block.length + count);
      const at = block.length;
      const [first, last] = stretches;
      const copy = <A extends Float64Array | Int32Array>(source: A, target: A): void => {
        if (stretches.length === 2) target.set(source.subarray(first, last), at);
        else pick(source, rows, count, target, at);
      };
      for (const name of columns.numbers) copy(columnOf(from.numbers, name), columnOf(block.numbers, name));
      for (const name of columns.coded) copy(columnOf(from.codes, name), columnOf(block.codes, name));
      if (count === from.length) appendAllIds(block, from);
      else for (const name of columns.ids) appendIds(block, from, name, rows, count);
      block.length += count;
    },
    clear() {
      block.length = 0;
      block.bytesUsed = 0;
    },
  };
}

/** Writes the stretches' rows to `rows`, and gives how many. */
function rowsOf(stretches: Stretches, rows: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < stretches.length; i += 2) {
    for (let row = stretches[i]!; row < stretches[i + 1]!; row++) rows[count++] = row;
  }
  return count;
}

/** Writes `from[rows[0 … count−1]]` to `into[at …]`. */
export function pick<A extends Float64Array | Int32Array | Uint32Array>(
  from: A,
  rows: Uint32Array,
  count: number,
  into: A,
  at: number,
): void {
  for (let i = 0; i < count; i++) into[at + i] = from[rows[i]!]!;
}

function appendIds(block: RowBlock, from: RowBlock, name: string, rows: Uint32Array, count: number): void {
  const source = columnOf(from.ids, name);
  const { start, end } = columnOf(block.ids, name);
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i]!;
    if (source.start[row] !== NO_TEXT) bytes += source.end[row]! - source.start[row]!;
  }
  reserveBytes(block, bytes);
  const into = viewOf(block.bytes);
  const texts = viewOf(from.bytes);
  let used = block.bytesUsed;
  for (let i = 0; i < count; i++) {
    const row = rows[i]!;
    const at = block.length + i;
    const first = source.start[row]!;
    start[at] = first === NO_TEXT ? NO_TEXT : used;
    if (first !== NO_TEXT) used = copyText(texts, first, source.end[row]!, into, used);
    end[at] = used;
  }
  block.bytesUsed = used;
}

/** The same for all rows of a block at once. */
function appendAllIds(block: RowBlock, from: RowBlock): void {
  reserveBytes(block, from.bytesUsed);
  const base = block.bytesUsed;
  block.bytes.set(from.bytes.subarray(0, from.bytesUsed), base);
  block.bytesUsed += from.bytesUsed;
  for (const [name, source] of Object.entries(from.ids)) {
    const { start, end } = columnOf(block.ids, name);
    for (let row = 0; row < from.length; row++) {
      const first = source.start[row]!;
      start[block.length + row] = first === NO_TEXT ? NO_TEXT : first + base;
      end[block.length + row] = source.end[row]! + base;
    }
  }
}
