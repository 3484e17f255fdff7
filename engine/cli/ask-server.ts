import { join } from 'node:path';
import { readCliToken } from '../access/cli-token.ts';
import { GmvError, reasonOf } from '../errors.ts';

/** What of the configuration says where the server is and which folder is its own. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
}

/** The running server, asked over HTTP. */
export interface ServerClient {
  readonly url: string;
  /** @throws GmvError `no_server`, or what the server says is wrong. */
  get<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
}

/**
 * Finds the running server and who asks it: whoever may read the token in the data folder is an operator. The token
 * goes to servers on this machine alone, or to the configured one; another one's is given as a file.
 */
export async function findServer(options: {
  readonly settings: ServerSettings;
  /** An address instead of the configured one. */
  readonly server?: string | undefined;
  readonly tokenFolder?: string | undefined;
  readonly signal: AbortSignal;
}): Promise<ServerClient> {
  const { settings, server, tokenFolder, signal } = options;
  const configured = new URL(`http://${reachable(settings.host)}:${settings.port}`);
  const base = server === undefined ? configured : new URL(server);
  const isOurs = base.host === configured.host || isLoopback(base.hostname);
  const folder = tokenFolder ?? (isOurs ? join(settings.dataFolder, 'access') : null);
  const token = folder === null ? null : await readCliToken(folder);

  const call = async <T>(path: string, init: RequestInit): Promise<T> => {
    const headers = {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(init.body ? { 'content-type': 'application/json' } : {}),
    };
    // A redirect could send the token elsewhere.
    const asked = fetch(new URL(path, base), { ...init, headers, redirect: 'error', signal });
    const response = await asked.catch((cause: unknown) => {
      if (signal.aborted) throw cause;
      throw noServer(base, cause);
    });
    const answer = await jsonOf(response, base);
    if (response.ok) return answer as T;
    throw refusalOf(response.status, answer, { base, folder });
  };
  return {
    url: base.origin,
    get: (path, query = {}) => {
      const parameters = new URLSearchParams(query).toString();
      return call(parameters === '' ? path : `${path}?${parameters}`, {});
    },
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
  };
}

async function jsonOf(response: Response, base: URL): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    const message = `What answers at ${base.origin} is no server of this kind`;
    throw new GmvError('no_server', message, 'Give the address of yours: --server URL', { cause });
  }
}

function refusalOf(
  status: number,
  answer: unknown,
  { base, folder }: { readonly base: URL; readonly folder: string | null },
): GmvError {
  const { error, remedy } = (answer ?? {}) as { readonly error?: unknown; readonly remedy?: unknown };
  if (status === 401) {
    const why =
      folder === null
        ? `${base.origin} takes changes from operators alone, and no token was given`
        : `${base.origin} does not take the token of ${folder}`;
    const way = 'Run this as the user and with the data folder of that server, or give --token-folder';
    return new GmvError('not_signed_in', why, way);
  }
  if (typeof error !== 'string' || typeof remedy !== 'string')
    return new GmvError('server', `${base.origin} answered ${status}`, 'Its log says more.');
  return new GmvError('refused', error, remedy, { retriable: status >= 500 });
}

function noServer(base: URL, cause: unknown): GmvError {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const message = `No server answers at ${base.origin} (${reasonOf(inner)})`;
  return new GmvError('no_server', message, 'Start it with "npm start", or give its address: --server URL', {
    cause,
  });
}

/** A server that listens on all addresses is reached by this machine's own. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

const isLoopback = (hostname: string): boolean => /^(127\.[\d.]+|localhost|\[::1\])$/.test(hostname);
