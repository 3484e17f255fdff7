import type { DuckDBConnection } from '@duckdb/node-api';
import { GmvError } from '../errors.ts';
import { say } from '../protocol/sayings.ts';

/**
 * Runs `change` in a transaction. What it hands to `afterwards` is run once the commit stands, to bring memory along.
 *
 * @throws GmvError `history_write` where nothing was changed; one that `change` throws comes as it is.
 */
export async function inTransaction<T>(
  connection: DuckDBConnection,
  change: (afterwards: (bring: () => void) => void) => Promise<T>,
): Promise<T> {
  const memory: (() => void)[] = [];
  let value: T;
  try {
    await connection.run('BEGIN TRANSACTION');
    value = await change((bring) => memory.push(bring));
    await connection.run('COMMIT');
  } catch (cause) {
    // After a failed COMMIT there is no transaction left to roll back.
    await connection.run('ROLLBACK').catch(() => undefined);
    if (cause instanceof GmvError) throw cause;
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new GmvError(
      'history_write',
      say('history_unchanged', { why: String(reason) }),
      say('look_at_disk'),
      {
        cause,
        retriable: true,
      },
    );
  }
  for (const bring of memory) bring();
  return value;
}
