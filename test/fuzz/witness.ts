import { DuckDBInstance } from '@duckdb/node-api';
import { GmvError } from '../../engine/errors.ts';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import { expectedColumns, readColumns } from '../../engine/sources/parquet/parquet-fixtures.ts';

/** What another reader says of the same bytes. */
export interface Testimony {
  readonly file: string;
  readonly verdict: 'equal' | 'differs' | 'refused by DuckDB' | 'refused by us';
  readonly why?: string;
}

/** Process entry: reads each file named on the command line by DuckDB and by us; a line of JSON per file. */
const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' });
for (const file of process.argv.slice(2)) {
  process.stdout.write(`${JSON.stringify(await testify(file))}\n`);
}

async function testify(file: string): Promise<Testimony> {
  let theirs: OrderEvent[];
  try {
    theirs = await readByDuckdb(file);
  } catch (error) {
    return {
      file,
      verdict: 'refused by DuckDB',
      why: error instanceof Error ? error.message : String(error),
    };
  }
  // It does not look at every text's bytes.
  const isBroken = theirs.some((event) =>
    Object.values(event).some((value) => String(value).includes('\ufffd')),
  );
  if (isBroken) return { file, verdict: 'refused by DuckDB', why: 'it reads a text that is no UTF-8' };
  const expected = expectedColumns(theirs);
  try {
    const ours = await readColumns(file);
    for (const [name, values] of Object.entries(expected)) {
      const read = ours[name] ?? [];
      const row = values.findIndex((value, i) => value !== read[i]);
      if (row >= 0 || read.length !== values.length) {
        const why = `${name}, row ${row}: DuckDB ${values[row]}, we ${read[row]} (${values.length}, ${read.length} rows)`;
        return { file, verdict: 'differs', why };
      }
    }
    return { file, verdict: 'equal' };
  } catch (error) {
    if (error instanceof GmvError) return { file, verdict: 'refused by us', why: error.message };
    throw error;
  }
}

async function readByDuckdb(file: string): Promise<OrderEvent[]> {
  const connection = await instance.connect();
  try {
    const source = `read_parquet('${file}', binary_as_string = true)`;
    const names = (await connection.runAndReadAll(`describe select * from ${source}`)).getColumns()[0] ?? [];
    const columns = ORDER_SCHEMA.filter(({ name }) => names.includes(name)).map(({ name, kind }) => {
      if (kind === 'time') return `epoch_ms(date_trunc('millisecond', ${name}))::varchar as ${name}`;
      return kind === 'integer' || kind === 'money'
        ? `${name}::hugeint::varchar as ${name}`
        : `${name}::varchar as ${name}`;
    });
    const rows = await connection.runAndReadAll(`select ${columns.join(', ')} from ${source}`);
    const numbers = ORDER_SCHEMA.filter(({ kind }) => ['time', 'integer', 'money'].includes(kind));
    return rows.getRowObjectsJson().map((row) => {
      const event: Record<string, string | number | null> = {};
      for (const [name, value] of Object.entries(row)) event[name] = value === null ? null : String(value);
      for (const { name } of numbers) if (event[name] != null) event[name] = Number(event[name]);
      return event;
    });
  } finally {
    connection.closeSync();
  }
}
