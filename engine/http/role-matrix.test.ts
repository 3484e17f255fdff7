import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpBed, type HttpBed } from '../../test/http-bed.ts';
import { CSRF_HEADER } from '../protocol/session.ts';

let bed: HttpBed;

beforeAll(async () => {
  bed = await createHttpBed();
});
afterAll(() => bed.discard());

const draft = {
  dataset: 'archive',
  spans: [{ from: '2026-11-01', to: '2026-11-02' }],
  metrics: null,
  when: 'now',
  parallelism: 1,
  approval: { kind: 'manual' },
};

/** A request of each route that is right but for who sends it. */
const SOUND: Readonly<Record<string, { readonly query?: string; readonly body?: object }>> = {
  'GET /healthz': {},
  'GET /api/info': {},
  'GET /api/status': {},
  'GET /api/view': { query: '?metrics=gmv' },
  'GET /api/dead-letters': {},
  'GET /api/dead-letter': { query: '?partition=orders/0&offset=1' },
  'GET /metrics': {},
  'GET /api/session': {},
  'POST /api/session': { body: { password: 'wrong, but looked at' } },
  'DELETE /api/session': {},
  'GET /api/audit': {},
  'GET /api/datasets': {},
  'GET /api/dataset-preview': { query: '?dataset=archive' },
  'GET /api/coverage': { query: '?dataset=archive&year=2026' },
  'GET /api/jobs': {},
  'POST /api/jobs': { body: { draft, estimate: 'e1' } },
  'GET /api/job': { query: '?id=7' },
  'GET /api/job/comparison': { query: '?id=7' },
  'GET /api/job/comparison/day': { query: '?id=7&day=2026-11-01&metric=gmv' },
  'POST /api/backfill/estimate': { body: { draft } },
  'POST /api/job/action': { body: { id: '7', action: 'pause', expect: null } },
};

/** Written here once more, so that no route opens by a slip. */
const FOR_OPERATORS = [
  'DELETE /api/session',
  'GET /api/audit',
  'POST /api/backfill/estimate',
  'POST /api/job/action',
  'POST /api/jobs',
];

type Refused = 401 | 403 | null;
interface Caller {
  readonly headers: () => Promise<Record<string, string>>;
  /** What this caller gets of a route, by what the route is. */
  readonly refused: (route: { readonly forOperators: boolean; readonly isChange: boolean }) => Refused;
}

const withoutCsrf = async () => {
  const { [CSRF_HEADER]: _, ...headers } = await bed.signIn();
  return headers;
};
const asViewer: Caller['refused'] = ({ forOperators }) => (forOperators ? 401 : null);
const noChanges: Caller['refused'] = ({ isChange }) => (isChange ? 403 : null);
const noOperatorsChanges: Caller['refused'] = (route) => (route.forOperators && route.isChange ? 403 : null);
const all: Caller['refused'] = () => null;

const CALLERS: Readonly<Record<string, Caller>> = {
  'a viewer': { headers: async () => ({}), refused: asViewer },
  'an operator': { headers: () => bed.signIn(), refused: all },
  'an operator on a page of this server': {
    headers: async () => ({ ...(await bed.signIn()), origin: bed.url, 'sec-fetch-site': 'same-origin' }),
    refused: all,
  },
  'an operator without CSRF token': { headers: withoutCsrf, refused: noOperatorsChanges },
  "an operator with another session's CSRF token": {
    headers: async () => ({
      ...(await bed.signIn()),
      [CSRF_HEADER]: (await bed.signIn())[CSRF_HEADER] ?? '',
    }),
    refused: noOperatorsChanges,
  },
  "an operator's browser on another site's page": {
    headers: async () => ({ ...(await bed.signIn()), origin: 'http://elsewhere.example' }),
    refused: noChanges,
  },
  'a page without an origin of its own': {
    headers: async () => ({ ...(await bed.signIn()), origin: 'null' }),
    refused: noChanges,
  },
  'a page of another port': {
    headers: async () => ({ ...(await bed.signIn()), origin: 'http://127.0.0.1:1' }),
    refused: noChanges,
  },
  'a page of a neighbouring host': {
    headers: async () => ({ ...(await bed.signIn()), 'sec-fetch-site': 'same-site' }),
    refused: noChanges,
  },
  'an expired session': {
    async headers() {
      const headers = await bed.signIn();
      bed.clock.nowMs += 3_600_000;
      return headers;
    },
    refused: asViewer,
  },
  'a session that was signed out': {
    async headers() {
      const headers = await bed.signIn();
      await bed.ask('DELETE', '/api/session', { headers });
      return headers;
    },
    refused: asViewer,
  },
  'a made-up session': {
    headers: async () => ({ cookie: `gmv_session_${new URL(bed.url).port}=${'x'.repeat(43)}` }),
    refused: asViewer,
  },
  'the command line': { headers: () => bed.cliHeaders(), refused: all },
  "the command line's token on another site's page": {
    headers: async () => ({ ...(await bed.cliHeaders()), origin: 'http://elsewhere.example' }),
    refused: noChanges,
  },
  'a wrong token': {
    headers: async () => ({ authorization: `Bearer ${'x'.repeat(43)}` }),
    refused: asViewer,
  },
  'a wrong token beside a session': {
    headers: async () => ({ ...(await bed.signIn()), authorization: `Bearer ${'x'.repeat(43)}` }),
    refused: asViewer,
  },
};

const names = () => bed.routes.map(({ method, path }) => `${method} ${path}`).sort();

test('every route of the table is in the matrix, and operators have what they should', () => {
  expect(names()).toEqual(Object.keys(SOUND).sort());
  const forOperators = bed.routes.filter(({ needs }) => needs === 'operator');
  expect(forOperators.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(FOR_OPERATORS);
});

test.each(Object.keys(CALLERS))('%s is let through where it may', async (name) => {
  const caller = CALLERS[name] as Caller;
  for (const route of Object.keys(SOUND)) {
    const [method = '', path = ''] = route.split(' ');
    const { query = '', body } = SOUND[route] ?? {};
    const headers = await caller.headers();
    bed.asked.length = 0;
    // Wrong passwords of the cells before would have it wait.
    bed.clock.nowMs += 3_600_000 / 2;
    const { code, json } = await bed.ask(method, `${path}${query}`, { headers, ...(body ? { body } : {}) });
    const expected = caller.refused({
      forOperators: FOR_OPERATORS.includes(route),
      isChange: method !== 'GET',
    });
    const isWrongPassword = route === 'POST /api/session' && expected === null;
    const refused = !isWrongPassword && (code === 401 || code === 403) ? code : null;
    expect([route, refused]).toEqual([route, expected]);
    if (isWrongPassword) expect([route, code]).toEqual([route, 401]);
    if (expected !== null) {
      expect(bed.asked).toEqual([]);
      expect(json).toEqual({ error: expect.any(String), remedy: expect.any(String) });
    } else if (!isWrongPassword && path !== '/api/dead-letter' && path !== '/api/dead-letters') {
      expect([route, code]).toEqual([route, 200]);
    }
  }
});

test('who is asked for: session, token and nobody', async () => {
  const session = async (headers: Record<string, string>) =>
    (await bed.ask('GET', '/api/session', { headers })).json;
  expect(await session({})).toEqual({ role: 'viewer', csrf: null, endsAtMs: null });
  const headers = await bed.signIn();
  const endsAtMs = bed.clock.nowMs + 3_600_000;
  expect(await session(headers)).toEqual({ role: 'operator', csrf: headers[CSRF_HEADER], endsAtMs });
  expect(await session(await bed.cliHeaders())).toEqual({ role: 'operator', csrf: null, endsAtMs: null });
});
