import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { DuckDBConnection } from '@duckdb/node-api';
import { GmvError } from '../../errors.ts';
import { duckdbDialect } from '../../export/duckdb-sql/duckdb-dialect.ts';
import { literal } from '../../export/sql/sql-text.ts';
import { rowsOf } from './duckdb-session.ts';

export type ForeignFormat = 'parquet' | 'csv' | 'json';

export const ENDINGS: Readonly<Record<ForeignFormat, readonly string[]>> = {
  parquet: ['.parquet'],
  csv: ['.csv', '.csv.gz', '.tsv', '.txt'],
  json: ['.json', '.jsonl', '.ndjson', '.jsonl.gz', '.ndjson.gz'],
};

export interface ForeignSourceOptions {
  readonly path: string;
  readonly format: ForeignFormat;
  /** Of CSV; default: a comma. */
  readonly delimiter?: string | undefined;
}

/** A column of a foreign file, with DuckDB's name of its type. */
export interface GivenColumn {
  readonly name: string;
  readonly type: string;
}

/** The number of a row in its file, from 1. */
export const ROW_NUMBER = 'gmv_row_number';

const { identifier } = duckdbDialect;

/**
 * Makes the view `source` of a file: the columns of Parquet; texts of CSV, whose first line names them (RFC 4180); of
 * JSON lines the one column `json`. And `numbered`, the same with the row's number. Nothing is guessed: a file reads
 * alike whatever its first rows are.
 *
 * @throws GmvError `foreign_file` for a CSV without a line of names; Error of DuckDB.
 */
export async function createSource(
  connection: DuckDBConnection,
  options: ForeignSourceOptions,
): Promise<readonly GivenColumn[]> {
  const read = await readerOf(options);
  if (options.format === 'parquet') {
    await connection.run(
      `create view numbered as select *, file_row_number + 1 as ${ROW_NUMBER} from ${read}`,
    );
    await connection.run(`create view source as select * exclude (file_row_number) from ${read}`);
  } else {
    await connection.run(`create view source as select * from ${read}`);
    await connection.run(
      `create view numbered as select *, row_number() over () as ${ROW_NUMBER} from ${read}`,
    );
  }
  return columnsOf(connection, 'select * from source');
}

export async function columnsOf(connection: DuckDBConnection, sql: string): Promise<readonly GivenColumn[]> {
  const rows = await rowsOf(connection, `describe ${sql}`);
  return rows.map(({ column_name: name, column_type: type }) => ({ name: String(name), type: String(type) }));
}

async function readerOf({ path, format, delimiter = ',' }: ForeignSourceOptions): Promise<string> {
  const file = literal(path);
  if (format === 'parquet') return `read_parquet(${file}, binary_as_string = true, file_row_number = true)`;
  if (format === 'json') {
    return `read_ndjson_objects(${file}, ignore_errors = true, maximum_object_size = 67108864)`;
  }
  const names = await headerOf(path, delimiter);
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  return `read_csv(${file}, auto_detect = false, delim = ${literal(delimiter)}, quote = '"', escape = '"',
    header = true, store_rejects = true, columns = {${columns}})`;
}

/** Longest line of names. */
const HEADER_BYTES = 1 << 16;

/** The names in a CSV's first line. */
async function headerOf(path: string, delimiter: string): Promise<string[]> {
  const head = await headOf(path);
  const names: string[] = [];
  let name = '';
  let quoted = false;
  let ended = false;
  for (let i = 0; i < head.length && !ended; i++) {
    const char = head[i] ?? '';
    if (quoted) {
      if (char !== '"') name += char;
      else if (head[i + 1] === '"') name += head[++i];
      else quoted = false;
    } else if (char === '"' && name === '') quoted = true;
    else if (char === delimiter) {
      names.push(name);
      name = '';
    } else if (char === '\n') ended = true;
    else if (char !== '\r') name += char;
  }
  names.push(name);
  const unnamed = names.indexOf('');
  const twice = names.find((each, i) => names.findIndex((n) => n.toLowerCase() === each.toLowerCase()) < i);
  const what =
    unnamed >= 0
      ? `has no name for its column ${unnamed + 1} in its first line`
      : twice !== undefined
        ? `names the column "${twice}" twice`
        : head.length >= HEADER_BYTES && !ended
          ? 'has a first line that does not end'
          : null;
  if (what === null) return names;
  throw new GmvError('foreign_file', `${path} ${what}`, 'Its first line must name its columns, each once.');
}

async function headOf(path: string): Promise<string> {
  const file = createReadStream(path);
  const stream = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes >= HEADER_BYTES) break;
    }
  } finally {
    file.destroy();
  }
  return Buffer.concat(chunks)
    .subarray(0, HEADER_BYTES)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

/** The column `json` of JSON lines as DuckDB quotes it. */
export const JSON_COLUMN = identifier('json');
