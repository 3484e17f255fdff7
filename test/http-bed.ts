import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCliToken } from '../engine/access/cli-token.ts';
import { type Access, openAccess } from '../engine/access/open-access.ts';
import { GmvError } from '../engine/errors.ts';
import { createHttpServer, type HttpServerOptions } from '../engine/http/create-http-server.ts';
import { createRoutes } from '../engine/http/create-routes.ts';
import { listen } from '../engine/http/listen.ts';
import type { Route } from '../engine/http/route.ts';
import type { JobEstimate, JobSummary } from '../engine/protocol/jobs.ts';
import type { JobsApi } from '../engine/protocol/jobs-api.ts';
import type { Session } from '../engine/protocol/session.ts';
import { CSRF_HEADER } from '../engine/protocol/session.ts';
import { createShortPaths } from '../engine/short-paths.ts';

/** Of {@link PASSWORD}, at the least cost: what scrypt costs is not what these tests are about. */
export const PASSWORD = 'correct horse battery';
const PASSWORD_HASH =
  '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$EoVSPZC4RYKB2CErwCmlipwgpfFn0T/z5ifD4UXaZJU';

export interface HttpAnswer {
  readonly code: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: unknown;
}

export interface HttpBed {
  readonly url: string;
  readonly folder: string;
  readonly access: Access;
  /** The server's whole table. */
  readonly routes: readonly Pick<Route, 'method' | 'path' | 'needs'>[];
  /** What the jobs were asked, in order. */
  readonly asked: { readonly what: keyof JobsApi; readonly ask: unknown }[];
  readonly problems: string[];
  /** Epoch ms; tests move it. */
  readonly clock: { nowMs: number };
  ask(
    method: string,
    path: string,
    given?: { readonly headers?: Record<string, string>; readonly body?: string | object },
  ): Promise<HttpAnswer>;
  /** Signs in, and gives the headers of a browser that did. */
  signIn(): Promise<Record<string, string>>;
  cliHeaders(): Promise<Record<string, string>>;
  /** Sends bytes as they are and gives all that comes back until the server hangs up. */
  sendRaw(text: string): Promise<string>;
  /** Another server on the same folder, after this one was closed. */
  restart(): Promise<void>;
  discard(): Promise<void>;
}

/** The real HTTP server with real sessions, before jobs that only note what they are asked. */
export async function createHttpBed(
  given: {
    readonly jobs?: Partial<JobsApi>;
    readonly bodyWithinMs?: number;
    readonly passwordHash?: string;
    readonly upgrades?: HttpServerOptions['upgrades'];
  } = {},
): Promise<HttpBed> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-http-'));
  const accessFolder = join(folder, 'access');
  const asked: HttpBed['asked'] = [];
  const problems: string[] = [];
  const clock = { nowMs: Date.UTC(2026, 10, 11) };
  const api = { ...notingJobs(asked), ...given.jobs };
  let access: Access;
  let server: Server;
  let url = '';

  const open = async (): Promise<void> => {
    access = await openAccess({
      folder: accessFolder,
      passwordHash: given.passwordHash ?? PASSWORD_HASH,
      sessionHours: 1,
      clock: { now: () => clock.nowMs },
      random: randomBytes,
      onProblem: (message) => problems.push(message),
    });
    server = createHttpServer({
      ...boardOptions,
      access,
      jobs: { api },
      shortPaths: createShortPaths({ configFolder: folder, dataFolder: folder, patterns: [] }),
      upgrades: given.upgrades ?? {},
      ...(given.bodyWithinMs === undefined ? {} : { bodyWithinMs: given.bodyWithinMs }),
      onError: (message, error) => problems.push(`${message}: ${String(error)}`),
    });
    url = await listen(server, { host: '127.0.0.1', port: url === '' ? 0 : Number(new URL(url).port) });
  };
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await access.close();
  };
  await open();

  const ask: HttpBed['ask'] = (method, path, { headers = {}, body } = {}) =>
    new Promise((done, reject) => {
      const text = typeof body === 'object' ? JSON.stringify(body) : body;
      const type = text === undefined ? {} : { 'content-type': 'application/json' };
      const sent = request(`${url}${path}`, { method, headers: { ...type, ...headers }, agent: false });
      sent.on('error', reject).on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part)).on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(parts).toString();
          const isJson = response.headers['content-type']?.startsWith('application/json');
          done({
            code: response.statusCode ?? 0,
            headers: response.headers,
            text: answer,
            json: isJson && answer !== '' ? JSON.parse(answer) : null,
          });
        });
      });
      sent.end(text);
    });

  return {
    get url() {
      return url;
    },
    get access() {
      return access;
    },
    folder: accessFolder,
    get routes() {
      return createRoutes({ ...boardOptions, access, jobs: { api } });
    },
    asked,
    problems,
    clock,
    ask,
    async signIn() {
      const { code, headers, json } = await ask('POST', '/api/session', { body: { password: PASSWORD } });
      if (code !== 200) throw new Error(`signing in was answered with ${code}`);
      const [cookie = ''] = headers['set-cookie'] ?? [];
      return { cookie: cookie.split(';')[0] ?? '', [CSRF_HEADER]: (json as Session).csrf ?? '' };
    },
    async cliHeaders() {
      return { authorization: `Bearer ${await readCliToken(accessFolder)}` };
    },
    sendRaw: (text) =>
      new Promise((done, reject) => {
        let answer = '';
        const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
        socket.on('data', (part) => {
          answer += part;
        });
        // A server that hangs up before it has read all of it resets the connection behind its answer.
        socket.on('close', () => done(answer)).on('error', (error) => answer === '' && reject(error));
      }),
    async restart() {
      await close();
      await open();
    },
    async discard() {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const estimate: JobEstimate = {
  startMs: Date.UTC(2026, 9, 31, 16),
  endMs: Date.UTC(2026, 10, 2, 16),
  units: 2,
  cached: 1,
  rows: 1_234_567,
  bytes: 5_600_000,
  files: 3,
  columns: ['event_id', 'type'],
  allColumns: 16,
  seconds: { from: 3, to: 200, isAssumed: false },
  finishAtMs: null,
  left: [{ day: '2026-11-03', why: 'not_sealed' }],
  conflicts: [{ job: '3', days: 1 }],
  refusal: null,
  fingerprint: 'e1',
};

/** A job that was just submitted. */
export const someJob = (id: string): JobSummary => ({
  id,
  draft: {
    dataset: 'archive',
    spans: [{ from: '2026-11-01', to: '2026-11-02' }],
    metrics: null,
    when: 'now',
    parallelism: 1,
    approval: { kind: 'manual' },
  },
  state: 'queued',
  actions: ['pause', 'cancel'],
  createdAtMs: 0,
  createdBy: 'cli',
  startedAtMs: null,
  changedAtMs: 0,
  estimate,
  units: { waiting: 2, running: 0, done: 0, cached: 0, failed: 0, cancelled: 0 },
  rowsDone: 0,
  rowsTotal: null,
  bytesDone: 0,
  rowsPerSecond: 0,
  eta: null,
  throttle: { speed: 1, why: null },
  problem: null,
});

function notingJobs(asked: HttpBed['asked']): JobsApi {
  const noting =
    (what: keyof JobsApi, answer: unknown) =>
    async (ask: unknown): Promise<never> => {
      asked.push({ what, ask });
      return answer as never;
    };
  return {
    datasets: noting('datasets', []),
    preview: noting('preview', { dataset: 'archive' }),
    coverage: noting('coverage', { days: [] }),
    estimate: noting('estimate', { fingerprint: 'e1' }),
    submit: noting('submit', someJob('7')),
    jobs: noting('jobs', []),
    job: noting('job', { id: '7' }),
    act: noting('act', someJob('7')),
    comparison: noting('comparison', { job: '7' }),
    compareDay: noting('compareDay', { day: '2026-11-01' }),
  };
}

const nothing = async (): Promise<never> => {
  throw new GmvError('no_such_thing', 'There is nothing here', 'Ask for something else.');
};

const boardOptions: Omit<HttpServerOptions, 'access' | 'jobs' | 'shortPaths' | 'upgrades' | 'onError'> = {
  dev: false,
  info: {
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    metrics: [{ name: 'gmv', title: { en: 'GMV', 'zh-CN': '成交额' }, unit: 'money' }],
  } as unknown as HttpServerOptions['info'],
  status: () => ({ live: 'live', epoch: 1 }) as ReturnType<HttpServerOptions['status']>,
  head: () => null,
  metrics: () =>
    ({
      status: {
        counts: { rows: 0, applied: 0, duplicates: 0, conflicts: 0, late: 0, rejected: 0, rejectedBy: {} },
        stream: null,
        lagMs: null,
        epoch: 1,
        eventsPerSecond: 0,
        restarts: 0,
      },
      sockets: 0,
      views: 0,
      encodings: 0,
      loopDelays: new Map(),
      violations: {},
    }) as unknown as ReturnType<HttpServerOptions['metrics']>,
  query: async () => ({ contentType: 'application/json', body: '{}' }),
  deadLetters: { list: nothing, find: nothing },
  pages: async (_request, response) => {
    response.end('a page');
  },
};
