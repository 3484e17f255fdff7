import type { IncomingMessage } from 'node:http';
import { GmvError, reasonOf } from '../errors.ts';
import { badRequest } from './query-parameters.ts';

/** Largest body that is read; a draft with a span for each of 5,000 stretches of days fits. */
export const MOST_BODY_BYTES = 256 * 1024;
/** How long a body may take; ms. */
const BODY_WITHIN_MS = 10_000;

/**
 * Reads a request's JSON.
 *
 * @throws GmvError `body_type`, `body_too_large`, `body_too_slow`, `bad_request`
 */
export async function readJsonBody(request: IncomingMessage, withinMs = BODY_WITHIN_MS): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type) || request.headers['content-encoding']) {
    const given = type === '' ? 'no type' : `the type ${type.slice(0, 100)}`;
    throw new GmvError(
      'body_type',
      `The body has ${given}`,
      'Send JSON as application/json, not compressed.',
    );
  }
  const bytes = await readBytes(request, withinMs);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw badRequest(`The body is no JSON: ${reasonOf(cause)}`, 'Send one JSON object.');
  }
}

function readBytes(request: IncomingMessage, withinMs: number): Promise<Buffer> {
  return new Promise((done, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const give = (error: Error | null): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', ended).off('close', cut).off('error', cut);
      // An error may follow the end of a connection that was given up.
      request.on('error', () => undefined);
      if (error) reject(error);
      else done(Buffer.concat(parts));
    };
    const take = (part: Buffer): void => {
      bytes += part.length;
      if (bytes > MOST_BODY_BYTES) give(tooLarge());
      else parts.push(part);
    };
    const ended = (): void => give(null);
    const cut = (): void => give(badRequest('The body broke off', 'Send all of it.'));
    const timer = setTimeout(() => give(tooSlow(withinMs)), withinMs);
    if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return give(tooLarge());
    request.on('data', take).on('end', ended).on('close', cut).on('error', cut);
  });
}

const tooLarge = (): GmvError =>
  new GmvError('body_too_large', `The body is larger than ${MOST_BODY_BYTES} bytes`, 'Send less at once.');

const tooSlow = (withinMs: number): GmvError =>
  new GmvError('body_too_slow', `The body did not come within ${withinMs / 1000} s`, 'Send it at once.');
