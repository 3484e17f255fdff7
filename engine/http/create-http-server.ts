import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { failureAnswer, problem, send } from './answer.ts';
import { createRoutes, type RoutesOptions } from './create-routes.ts';
import { passGate } from './gate.ts';
import { readJsonBody } from './read-json-body.ts';
import { isSameOrigin } from './same-origin.ts';
import { securityHeaders } from './security-headers.ts';

/** Longest address that is looked at. */
const MAX_URL_LENGTH = 8192;

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpServerOptions extends RoutesOptions {
  /** Development: pages may use `eval`. */
  readonly dev: boolean;
  /** Everything that is no route of ours. */
  readonly pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Who takes a connection's upgrade, by the first part of its path: `/live`. All others are refused. */
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  /** How long the body of a change may take; ms. */
  readonly bodyWithinMs?: number;
  /** Names files in texts as viewers may read them. */
  readonly shortPaths: <T>(value: T) => T;
  readonly onError: (message: string, error: unknown) => void;
}

/** A request and its body may take so long to come; ms. */
const REQUEST_WITHIN_MS = 30_000;

/** The one HTTP server and the one owner of upgrades; not listening yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { access, pages, upgrades, shortPaths, onError } = options;
  const routes = createRoutes(options);
  const headers = Object.entries(securityHeaders(options));

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of headers) response.setHeader(name, value);
    const url = urlOf(request);
    if (!url) return send(response, problem(400, 'The address is malformed or too long', 'Correct it.'));
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const here = routes.filter(({ path }) => path === url.pathname);
    const route = here.find((one) => one.method === method);
    if (route) {
      const asked = passGate(access, request, route);
      const body = route.method === 'POST' ? await readJsonBody(request, options.bodyWithinMs) : null;
      return send(response, await route.answer({ ...asked, url, body }));
    }
    if (here.length === 0 && url.pathname.startsWith('/api/')) {
      const known = new Set(routes.map(({ path }) => path).filter((path) => path.startsWith('/api/')));
      return send(
        response,
        problem(404, `There is no ${url.pathname}`, `There are ${[...known].join(', ')}.`),
      );
    }
    if (here.length > 0 || method !== 'GET') {
      const methods = here.length > 0 ? here.map((one) => one.method) : ['GET'];
      const allowed = methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
      response.setHeader('Allow', allowed.join(', '));
      const error = `${request.method} is not answered here`;
      return send(response, problem(405, error, `Use ${methods.join(' or ')}.`));
    }
    return pages(request, response);
  };

  const server = createServer({ requestTimeout: REQUEST_WITHIN_MS }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const failed = failureAnswer(error);
      if (failed.code === 500) onError(`${request.method} ${request.url} failed`, error);
      if (response.headersSent) return response.destroy();
      // What is left of a body that nobody wants would have to be read first.
      if (!request.complete) response.setHeader('Connection', 'close');
      send(response, shortPaths(failed));
    });
  });
  server.on('upgrade', (request, socket, first) => {
    const path = urlOf(request)?.pathname ?? '';
    const owner = Object.keys(upgrades).find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    const take = owner === undefined ? undefined : upgrades[owner];
    // A page of another site may not open a socket here; programs, which send no origin, may.
    if (take && isSameOrigin(request)) take(request, socket, first);
    else socket.end(`HTTP/1.1 ${take ? '403 Forbidden' : '404 Not Found'}\r\nConnection: close\r\n\r\n`);
  });
  return server;
}

function urlOf(request: IncomingMessage): URL | null {
  const path = request.url ?? '';
  if (path.length > MAX_URL_LENGTH || !path.startsWith('/')) return null;
  return URL.canParse(path, 'http://server') ? new URL(path, 'http://server') : null;
}
