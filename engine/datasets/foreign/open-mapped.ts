import type { DuckDBConnection } from '@duckdb/node-api';
import type { Schema } from '../../events/order-schema.ts';
import {
  columnsOf,
  createSource,
  type ForeignFormat,
  type GivenColumn,
  ROW_NUMBER,
} from './foreign-source.ts';
import { mappedQuery } from './mapped-query.ts';
import { type MappedColumn, readFieldMap } from './read-field-map.ts';

/** How a foreign dataset's files become events: a field map, or a DuckDB SELECT that gives our columns. */
export interface ForeignReading {
  readonly format: ForeignFormat;
  readonly delimiter?: string | undefined;
  readonly columns: readonly MappedColumn[];
  /** Over the view `source`; null with a field map. */
  readonly select: string | null;
}

export interface OpenMappedOptions {
  readonly connection: DuckDBConnection;
  readonly reading: ForeignReading;
  readonly path: string;
  readonly fileId: string;
  /** Only so many rows, the first ones; default: all. */
  readonly limit?: number;
}

export interface Mapped {
  /** Of the file, or of what the SELECT gives. */
  readonly given: readonly GivenColumn[];
  /** Rows of `given`, with their number. */
  readonly rows: string;
  /** The SELECT of our columns. */
  query(): Promise<string>;
}

/** The columns of a SELECT, or of a file in ours: each has its own name. */
export const ownColumns = (schema: Schema): readonly MappedColumn[] =>
  readFieldMap({ schema, map: {}, currencyDigits: 0 });

/**
 * Makes a foreign file's rows ready to be asked for.
 *
 * @throws GmvError `foreign_file`; Error of DuckDB, for a file or a SELECT that it can't read.
 */
export async function openMapped(options: OpenMappedOptions): Promise<Mapped> {
  const { connection, reading, path, fileId, limit } = options;
  const { format, select, columns } = reading;
  let given = await createSource(connection, { ...reading, path });
  let rows = 'numbered';
  if (select !== null) {
    // In brackets of its own, so that it is one SELECT and nothing behind it.
    const text = select.trim().replace(/;\s*$/, '');
    await connection.run(
      `create view selected as select *, row_number() over () as ${ROW_NUMBER} from (\n${text}\n)`,
    );
    given = (await columnsOf(connection, 'select * from selected')).filter(({ name }) => name !== ROW_NUMBER);
    rows = 'selected';
  }
  if (limit !== undefined) {
    await connection.run(`create temp table tried as select * from ${rows} limit ${limit}`);
    rows = 'tried';
  }
  const typeOf = async (expression: string): Promise<string> =>
    (await columnsOf(connection, `select ${expression} from ${rows}`))[0]?.type ?? '';
  return {
    given,
    rows,
    query: () =>
      mappedQuery({
        ...{ columns, given, path, fileId, typeOf },
        // What a SELECT gives has DuckDB's types, whatever it was made of.
        format: select === null ? format : 'parquet',
        from: rows,
        strict: select !== null,
      }),
  };
}
