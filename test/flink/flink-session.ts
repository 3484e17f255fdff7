import { setTimeout as sleep } from 'node:timers/promises';

/** A row of a result; in streaming mode a change of it. */
export interface FlinkRow {
  readonly kind: 'INSERT' | 'UPDATE_BEFORE' | 'UPDATE_AFTER' | 'DELETE';
  readonly fields: readonly (string | number | null)[];
}

export interface FlinkResult {
  readonly columns: readonly string[];
  readonly rows: readonly FlinkRow[];
}

export interface FlinkSession {
  /** Runs a statement to its end; throws with Flink's deepest cause, or after `timeoutMs`. */
  run(statement: string): Promise<FlinkResult>;
  close(): Promise<void>;
}

interface Page {
  readonly resultType?: string;
  readonly nextResultUri?: string;
  readonly results?: {
    readonly columns: readonly { readonly name: string }[];
    readonly data: readonly FlinkRow[];
  };
  readonly errors?: readonly string[];
  readonly [handle: string]: unknown;
}

const POLL_MS = 50;

/** Opens a session of a SQL Gateway, by its REST API (version 3). */
export async function openFlinkSession(url: string, timeoutMs: number): Promise<FlinkSession> {
  const call = async (method: string, path: string, body?: unknown): Promise<Page> => {
    const response = await fetch(`${url}/v3${path}`, {
      method,
      body: body ? JSON.stringify(body) : undefined,
    });
    const page = (await response.json()) as Page;
    if (response.ok) return page;
    const stack = (page.errors ?? []).join('\n');
    const causes = [...stack.matchAll(/Caused by: (.*)/g)].map(([, cause]) => cause);
    throw new Error(causes.at(-1) ?? stack.slice(0, 500));
  };
  const { sessionHandle } = await call('POST', '/sessions', {});
  const session = `/sessions/${String(sessionHandle)}`;
  return {
    async run(statement) {
      const untilMs = Date.now() + timeoutMs;
      const { operationHandle } = await call('POST', `${session}/statements`, { statement });
      const operation = `${session}/operations/${String(operationHandle)}`;
      const columns: string[] = [];
      const rows: FlinkRow[] = [];
      for (let token = 0; ; ) {
        const page = await call('GET', `${operation}/result/${token}?rowFormat=JSON`);
        if (columns.length === 0) columns.push(...(page.results?.columns ?? []).map(({ name }) => name));
        rows.push(...(page.results?.data ?? []));
        if (page.resultType === 'EOS') break;
        const next = Number(/result\/(\d+)/.exec(page.nextResultUri ?? '')?.[1] ?? token);
        if (next === token || page.results?.data.length === 0) await sleep(POLL_MS);
        token = next;
        if (Date.now() > untilMs) {
          await call('POST', `${operation}/cancel`);
          throw new Error(`no end within ${timeoutMs} ms: ${statement.slice(0, 200)}`);
        }
      }
      await call('DELETE', `${operation}/close`);
      return { columns, rows };
    },
    async close() {
      await call('DELETE', session);
    },
  };
}
