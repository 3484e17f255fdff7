import type { IncomingMessage } from 'node:http';
import type { Access } from '../access/open-access.ts';
import { GmvError } from '../errors.ts';
import { say } from '../protocol/sayings.ts';
import { CSRF_HEADER } from '../protocol/session.ts';
import { clientAddress } from './client-address.ts';
import type { Ask, Route } from './route.ts';
import { isHttps, isSameOrigin, isSameSiteFetch } from './same-origin.ts';
import { type Reached, sessionOfCookies } from './session-cookie.ts';

/**
 * Says who asks, and lets through who may. A change must come from a page of this server or from a program; what
 * takes an operator needs a session with its CSRF token, or the command line's token, which no browser sends by
 * itself.
 *
 * @throws GmvError `not_allowed`, `not_signed_in`
 */
export function passGate(
  access: Access,
  request: IncomingMessage,
  { method, needs }: Pick<Route, 'method' | 'needs'>,
): Omit<Ask, 'url' | 'body'> {
  const { headers } = request;
  if (method !== 'GET' && !(isSameOrigin(request) && isSameSiteFetch(headers)))
    throw notAllowed('A page of another site asks for a change', 'Make it from a page of this server.');
  const reached: Reached = { https: isHttps(request), port: portOf(headers.host) };
  const sessionId = sessionOfCookies(headers.cookie, reached);
  const visitor = access.visitor({ sessionId, token: bearerOf(headers.authorization) });
  if (needs === 'operator' && visitor.role !== 'operator')
    throw new GmvError('not_signed_in', say('takes_operator'), say('sign_in'));
  // The command line's visitor has no token of this kind: nothing is sent without its asking.
  if (
    needs === 'operator' &&
    method !== 'GET' &&
    visitor.csrf !== null &&
    visitor.csrf !== headers[CSRF_HEADER]
  )
    throw notAllowed(`The header ${CSRF_HEADER} is not that of the session`, 'Load the page again.');
  return { visitor, sessionId, address: clientAddress(request), ...reached };
}

const bearerOf = (header: string | undefined): string | null =>
  /^Bearer ([\w-]{1,200})$/.exec(header ?? '')?.[1] ?? null;

const portOf = (host: string | undefined): string => /:(\d{1,5})$/.exec(host ?? '')?.[1] ?? '';

const notAllowed = (message: string, remedy: string): GmvError =>
  new GmvError('not_allowed', message, remedy);
