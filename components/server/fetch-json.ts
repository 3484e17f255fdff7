import { reachServer } from './reach-server.ts';
import { readAnswer } from './read-answer.ts';

/**
 * Asks the server.
 *
 * @throws Refusal with what the server says is wrong.
 */
export async function fetchJson<T>(path: string, signal: AbortSignal): Promise<T> {
  return readAnswer<T>(await reachServer(path, { signal }));
}
