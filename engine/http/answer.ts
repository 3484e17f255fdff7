import type { ServerResponse } from 'node:http';
import { GmvError } from '../errors.ts';

/** What a route answers. */
export interface Answer {
  /** HTTP status; 200 by default. */
  readonly code?: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** HTTP status by the code of an error; others are 404 for `no_such_…`, 503 where trying again may help, else 400. */
const STATUS_OF: Readonly<Record<string, number>> = {
  not_signed_in: 401,
  wrong_password: 401,
  not_allowed: 403,
  method: 405,
  body_too_slow: 408,
  body_too_large: 413,
  body_type: 415,
  too_many_tries: 429,
};

export const json = (value: unknown): Answer => ({
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value)}\n`,
});

/** An error for people, and what a browser or program needs beside it. */
export const problem = (code: number, error: string, remedy: string): Answer & { code: number } => ({
  ...json({ error, remedy }),
  code,
});

/** What is answered when a route threw. */
export function failureAnswer(error: unknown): Answer & { code: number } {
  if (!(error instanceof GmvError)) {
    return problem(500, 'The server failed on this request', 'Try again; its log says more.');
  }
  const code =
    STATUS_OF[error.code] ?? (error.retriable ? 503 : error.code.startsWith('no_such_') ? 404 : 400);
  return problem(code, messageOf(error), error.remedy);
}

/** An error's message without its remedy. */
export const messageOf = ({ message, remedy }: GmvError): string => message.slice(0, -`. ${remedy}`.length);

export function send(
  response: ServerResponse,
  { code = 200, contentType, body, headers = {} }: Answer,
): void {
  response.writeHead(code, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(body);
}
