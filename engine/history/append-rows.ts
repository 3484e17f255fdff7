import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';

/** Rows of a data chunk: DuckDB's vector size. */
const CHUNK_ROWS = 2048;
/** After so many chunks (some 10 ms) the thread's other work gets its turn. */
const CHUNKS_PER_TURN = 8;

/** One column of rows to append. */
export interface AppendColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly at: (row: number) => DuckDBValue;
}

/** Appends rows to a table whose columns are exactly `columns`, in their order. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: number,
  columns: readonly AppendColumn[],
): Promise<void> {
  if (rows === 0) return;
  const appender = await connection.createAppender(table);
  const types = columns.map(({ type }) => type);
  for (let start = 0; start < rows; start += CHUNK_ROWS) {
    const size = Math.min(CHUNK_ROWS, rows - start);
    const chunk = DuckDBDataChunk.create(types, size);
    for (let c = 0; c < columns.length; c++) {
      const vector = chunk.getColumnVector(c);
      const at = columns[c]!.at;
      for (let i = 0; i < size; i++) vector.setItem(i, at(start + i));
      vector.flush();
    }
    appender.appendDataChunk(chunk);
    if ((start / CHUNK_ROWS) % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await nextTurn();
  }
  appender.closeSync();
}
