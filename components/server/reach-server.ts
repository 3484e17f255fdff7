import { say } from '../../engine/protocol/sayings.ts';

/**
 * `fetch` whose failure says what it is: browsers say it in English, each in other words.
 *
 * @throws Error
 */
export function reachServer(path: string, init: RequestInit): Promise<Response> {
  return fetch(path, init).catch((error: unknown) => {
    throw init.signal?.aborted ? error : new Error(say('unreachable'), { cause: error });
  });
}
