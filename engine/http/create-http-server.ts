import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { GmvError } from '../errors.ts';
import type { EncodedEpoch } from '../protocol/encoded.ts';
import type { BoardInfo, ServerStatus } from '../protocol/status.ts';
import type { ViewSpec } from '../protocol/view.ts';
import { type DeadLetterReader, deadLetterRoutes } from './dead-letter-routes.ts';
import { type MetricsFacts, metricsPage } from './metrics-page.ts';
import { parseViewQuery, type ViewFormat } from './parse-view-query.ts';
import { securityHeaders } from './security-headers.ts';

/** Longest address that is looked at. */
const MAX_URL_LENGTH = 8192;

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpServerOptions {
  /** Development: pages may use `eval`. */
  readonly dev: boolean;
  readonly info: BoardInfo;
  readonly status: () => ServerStatus;
  readonly head: () => Omit<EncodedEpoch, 'views'> | null;
  readonly metrics: () => MetricsFacts;
  readonly query: (
    spec: ViewSpec,
    format: ViewFormat,
  ) => Promise<{ readonly contentType: string; readonly body: string | Uint8Array }>;
  readonly deadLetters: DeadLetterReader;
  /** Everything that is no route of ours. */
  readonly pages: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Who takes a connection's upgrade, by the first part of its path: `/live`. All others are refused. */
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly onError: (message: string, error: unknown) => void;
}

interface Answer {
  readonly code?: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** The one HTTP server and the one owner of upgrades; not listening yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { info, status, head, metrics, query, deadLetters, pages, upgrades, onError } = options;
  const letters = deadLetterRoutes(deadLetters);
  const headers = Object.entries(securityHeaders(options));

  const routes: Readonly<Record<string, (url: URL) => Answer | Promise<Answer>>> = {
    '/healthz': () => {
      const health = healthOf(status(), head());
      return { ...json(health), code: health.ready ? 200 : 503 };
    },
    '/api/info': () => json(info),
    '/api/status': () => json(status()),
    '/api/view': ({ searchParams }) => {
      const { spec, format } = parseViewQuery(searchParams);
      return query(spec, format);
    },
    '/api/dead-letters': async (url) => json(await letters['/api/dead-letters'](url)),
    '/api/dead-letter': async (url) => json(await letters['/api/dead-letter'](url)),
    '/metrics': () => metricsPage(metrics()),
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of headers) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return send(response, problem(405, `${request.method} is not answered here`, 'Use GET.'));
    }
    const url = urlOf(request);
    if (!url) return send(response, problem(400, 'The address is malformed or too long', 'Correct it.'));
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
    if (route) return send(response, await route(url));
    if (url.pathname.startsWith('/api/')) {
      const known = Object.keys(routes).filter((path) => path.startsWith('/api/'));
      return send(response, problem(404, `There is no ${url.pathname}`, `There are ${known.join(', ')}.`));
    }
    return pages(request, response);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const failed = failureAnswer(error);
      if (failed.code === 500) onError(`${request.method} ${request.url} failed`, error);
      if (response.headersSent) response.destroy();
      else send(response, failed);
    });
  });
  server.on('upgrade', (request, socket, first) => {
    const path = urlOf(request)?.pathname ?? '';
    const owner = Object.keys(upgrades).find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    const take = owner === undefined ? undefined : upgrades[owner];
    if (take && isSameOrigin(request)) take(request, socket, first);
    else socket.end(`HTTP/1.1 ${take ? '403 Forbidden' : '404 Not Found'}\r\nConnection: close\r\n\r\n`);
  });
  return server;
}

/** What `/healthz` says: ready once an epoch is out and live doesn't fail. */
function healthOf(status: ServerStatus, head: Omit<EncodedEpoch, 'views'> | null) {
  const { live, lagMs, epoch, runId, problem } = status;
  const ready = epoch > 0 && live !== 'failed' && live !== 'starting';
  return { ready, live, lagMs, epoch, runId, dataToMs: head?.dataToMs ?? null, problem };
}

const json = (value: unknown): Answer => ({
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value)}\n`,
});

const problem = (code: number, error: string, remedy: string): Answer & { code: number } => ({
  ...json({ error, remedy }),
  code,
});

function failureAnswer(error: unknown): Answer & { code: number } {
  if (!(error instanceof GmvError)) {
    return problem(500, 'The server failed on this request', 'Try again; its log says more.');
  }
  const message = error.message.slice(0, -`. ${error.remedy}`.length);
  const code = error.retriable ? 503 : error.code.startsWith('no_such_') ? 404 : 400;
  return problem(code, message, error.remedy);
}

function send(response: ServerResponse, { code = 200, contentType, body }: Answer): void {
  response.writeHead(code, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  response.end(body);
}

function urlOf(request: IncomingMessage): URL | null {
  const path = request.url ?? '';
  if (path.length > MAX_URL_LENGTH || !path.startsWith('/')) return null;
  return URL.canParse(path, 'http://server') ? new URL(path, 'http://server') : null;
}

/** A page of another site may not open a socket here; programs, which send no origin, may. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin).host;
  return from === host || from === headers['x-forwarded-host'];
}
