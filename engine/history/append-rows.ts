import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType, type DuckDBValue } from '@duckdb/node-api';

/** Rows of a data chunk: DuckDB's vector size. */
const CHUNK_ROWS = 2048;
/** After so many chunks rows go on to the table: what gathers until then is appended in one go, at 200,000 rows for 100 ms. */
const CHUNKS_PER_FLUSH = 8;
/** After so many chunks (some milliseconds) the thread's other work gets its turn. */
const CHUNKS_PER_TURN = 2;

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
    const chunks = start / CHUNK_ROWS + 1;
    if (chunks % CHUNKS_PER_FLUSH === 0) appender.flushSync();
    if (chunks % CHUNKS_PER_TURN === 0) await nextTurn();
  }
  appender.closeSync();
}
