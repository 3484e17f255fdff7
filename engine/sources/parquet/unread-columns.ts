import { isUtf8 } from 'node:buffer';
import { MAX_TEXT_BYTES } from '../../events/text-limit.ts';
import { type ByteSource, createChunkBytes } from './chunk-bytes.ts';
import { loadDecompressors } from './decompress.ts';
import type { ParquetFile } from './open-file.ts';
import { createPageReader } from './read-pages.ts';
import type { StoredColumn } from './stored-column.ts';

/**
 * May a text column be left unread? Its rows could be rejected for a text that is too long or no UTF-8, so somebody
 * must know that none is. Two things tell without reading rows: how the column is stored (numbers and UUIDs are short
 * texts), and the dictionary, where every value is one of its entries.
 */

export interface ColumnsOfGroup {
  readonly file: ParquetFile;
  /** Index of the row group. */
  readonly group: number;
  /** Names of nullable category and id columns with which the file was opened. */
  readonly columns: readonly string[];
}

/** Those of `columns` about which only their rows tell, by the footer. */
export function untoldColumns({ file, group, columns }: ColumnsOfGroup): string[] {
  return columns.filter((name) => {
    const column = file.columns.get(name);
    return column && !isShort(column) && !column.chunks[group]?.isCoded;
  });
}

/**
 * Those of `columns` that must be read: besides the untold ones those whose dictionary holds a text that would be
 * rejected. Reads dictionaries and nothing else.
 *
 * @throws Error where a dictionary is damaged, as reading the column would.
 */
export async function columnsToRead(options: ColumnsOfGroup): Promise<string[]> {
  const { file, group, columns } = options;
  const untold = untoldColumns(options);
  const needed = columns.map(async (name) => {
    const column = file.columns.get(name);
    if (!column || isShort(column)) return false;
    return untold.includes(name) || !(await hasSoundDictionary(file, column, group));
  });
  const isNeeded = await Promise.all(needed);
  return columns.filter((_, i) => isNeeded[i]);
}

/** Whether the stored type alone says that every text is short, and UTF-8 where that matters. */
function isShort({ definition, reading }: StoredColumn): boolean {
  if (reading.as === 'fixed_text') return definition.kind === 'id64' && reading.length <= MAX_TEXT_BYTES;
  if (reading.as === 'decimal') return reading.stored !== 'binary';
  return reading.as !== 'text';
}

/** Most dictionaries have far fewer bytes. */
const PIECE_BYTES = 1 << 16;

async function hasSoundDictionary(file: ByteSource, column: StoredColumn, group: number): Promise<boolean> {
  const { chunks, optional, definition } = column;
  const place = chunks[group];
  if (!place || place.length === 0) return true;
  const { start, length, codec } = place;
  const chunk = createChunkBytes({ file, start, length, pieceBytes: PIECE_BYTES });
  const decompressors = await loadDecompressors();
  // Rows are not asked for: one is enough to begin.
  const pages = createPageReader({ chunk, codec, decompressors, optional, rows: Number.MAX_SAFE_INTEGER });
  const page = await pages.next();
  return page?.kind === 'dictionary' && areSound(page.values, page.count, definition.kind === 'category');
}

/** Whether plain texts, each behind its length, are all short, and UTF-8 where they have to be. */
function areSound(bytes: Uint8Array, count: number, mustBeUtf8: boolean): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 4 > bytes.length) return false;
    const length = view.getUint32(at, true);
    const end = at + 4 + length;
    if (length > MAX_TEXT_BYTES || end > bytes.length) return false;
    if (mustBeUtf8 && !isUtf8(bytes.subarray(at + 4, end))) return false;
    at = end;
  }
  return at === bytes.length;
}
