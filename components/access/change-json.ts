import { CSRF_HEADER } from '../../engine/protocol/session.ts';
import { reachServer } from '../server/reach-server.ts';
import { readAnswer } from '../server/read-answer.ts';

/**
 * Asks the server for a change, or for what operators alone may ask.
 *
 * @throws Refusal with what the server says is wrong.
 */
export async function changeJson<T>(options: {
  readonly path: string;
  readonly method: 'POST' | 'DELETE';
  readonly body?: object;
  /** Of the session; null where there is none yet. */
  readonly csrf: string | null;
  readonly signal?: AbortSignal;
}): Promise<T> {
  const { path, method, body, csrf, signal } = options;
  const headers: Record<string, string> = {};
  if (csrf !== null) headers[CSRF_HEADER] = csrf;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const sent = body && JSON.stringify(body);
  const response = await reachServer(path, { method, headers, body: sent, signal });
  return readAnswer<T>(response);
}
