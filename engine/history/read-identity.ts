import { type DuckDBBlobValue, type DuckDBConnection, INTEGER, VARCHAR } from '@duckdb/node-api';
import type { Key } from '../figures/day-figures.ts';
import type { KeyIdentity } from './history.ts';
import { decodeIdentity } from './identity-codec.ts';

/** Sets that a generation keeps of one metric: of every key, or of `key` alone. */
export async function readIdentity(options: {
  connection: DuckDBConnection;
  generation: number;
  rollup: string;
  metric: string;
  key?: Key;
}): Promise<KeyIdentity[]> {
  const { connection, generation, rollup, metric, key } = options;
  const one = key === undefined ? '' : 'AND key IS NOT DISTINCT FROM $key';
  const reader = await connection.runAndReadAll(
    `SELECT key, ids, delta_ids FROM identity
     WHERE generation = $generation AND rollup = $rollup AND metric = $metric ${one}`,
    { generation, rollup, metric, ...(key === undefined ? {} : { key }) },
    { generation: INTEGER, rollup: VARCHAR, metric: VARCHAR, ...(key === undefined ? {} : { key: VARCHAR }) },
  );
  return (reader.getRows() as [Key, number, DuckDBBlobValue][]).map(([name, ids, blob]) => ({
    key: name,
    ...decodeIdentity(blob.bytes, ids),
  }));
}
