import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHttpBed, type HttpBed } from '../../test/http-bed.ts';
import { GmvError } from '../errors.ts';
import { CSRF_HEADER } from '../protocol/session.ts';

let bed: HttpBed;
let headers: Record<string, string>;
const WITHIN_MS = 500;

beforeAll(async () => {
  bed = await createHttpBed();
  headers = await bed.signIn();
});
beforeEach(() => {
  bed.asked.length = 0;
});
afterAll(() => bed.discard());

const draft = {
  dataset: 'archive',
  spans: [
    { from: '2024-02-28', to: '2024-02-29' },
    { from: '2026-12-31', to: '2027-01-01' },
  ],
  metrics: ['gmv'],
  when: 'idle',
  parallelism: 2,
  approval: { kind: 'auto', upToPermille: 5 },
} as const;

const post = (path: string, body: string | object, more: Record<string, string> = {}) =>
  bed.ask('POST', path, { headers: { ...headers, ...more }, body });

test('what is sent is what the jobs are asked, with who asks', async () => {
  await post('/api/backfill/estimate', { draft });
  await post('/api/jobs', { draft, estimate: 'e1' });
  await post('/api/job/action', { id: '7', action: 'approve', expect: 'c1' });
  await bed.ask('POST', '/api/job/action', {
    headers: await bed.cliHeaders(),
    body: { id: '7', action: 'pause' },
  });
  expect(bed.asked).toEqual([
    { what: 'estimate', ask: { draft } },
    { what: 'submit', ask: { draft, estimate: 'e1', actor: 'operator' } },
    { what: 'act', ask: { id: '7', action: 'approve', expect: 'c1', actor: 'operator' } },
    { what: 'act', ask: { id: '7', action: 'pause', expect: null, actor: 'cli' } },
  ]);
});

test('questions are passed on as they are asked', async () => {
  await bed.ask('GET', '/api/coverage');
  await bed.ask('GET', '/api/coverage?dataset=old-orders&year=2019');
  await bed.ask('GET', '/api/job/comparison/day?id=7&day=2026-11-01&metric=gmv');
  expect(bed.asked.map(({ ask }) => ask)).toEqual([
    { dataset: null, year: null },
    { dataset: 'old-orders', year: 2019 },
    { id: '7', day: '2026-11-01', metric: 'gmv' },
  ]);
});

test.each([
  ['/api/job?id=../7', 'no id of a job'],
  ['/api/job', 'no id of a job'],
  ['/api/job?id=7&id=8', 'twice'],
  ['/api/job?name=7', 'no parameter "name"'],
  ['/api/coverage?year=26.5', 'no year'],
  ['/api/job/comparison/day?id=7&day=2026-02-30&metric=gmv', 'no day of the calendar'],
  ['/api/jobs?all=1', 'no parameter "all"'],
])('a question of %s is refused', async (path, why) => {
  const { code, json } = await bed.ask('GET', path);
  expect([code, json]).toEqual([400, { error: expect.stringContaining(why), remedy: expect.any(String) }]);
  expect(bed.asked).toEqual([]);
});

const span = (from: string, to: string) => ({ ...draft, spans: [{ from, to }] });

test.each([
  ['no object', 'x', 'draft: '],
  ['days that are none', span('2026-02-29', '2026-03-01'), 'spans.0.from: is no day of the calendar'],
  ['a thirteenth month', span('2026-13-01', '2026-13-02'), 'spans.0.from'],
  ['an instant for a day', span('2026-11-01T00:00:00Z', '2026-11-02'), 'spans.0.from: is no day such as'],
  ['a span that ends before it begins', span('2026-11-02', '2026-11-01'), 'ends before it begins'],
  ['more than 20,000 days', span('1970-01-01', '2026-01-01'), 'more than 20000 days'],
  ['no days', { ...draft, spans: [] }, 'names no days'],
  [
    'spans that touch',
    {
      ...draft,
      spans: [span('2026-11-01', '2026-11-02').spans[0], span('2026-11-02', '2026-11-03').spans[0]],
    },
    'apart',
  ],
  ['spans in another order', { ...draft, spans: [...draft.spans].reverse() }, 'ascending'],
  ['a metric twice', { ...draft, metrics: ['gmv', 'gmv'] }, 'one twice'],
  ['no metric', { ...draft, metrics: [] }, 'null takes all'],
  ['another time', { ...draft, when: 'later' }, 'when'],
  ['half a thread', { ...draft, parallelism: 0.5 }, 'parallelism'],
  ['a thousand threads', { ...draft, parallelism: 1000 }, 'parallelism'],
  ['a threshold below zero', { ...draft, approval: { kind: 'auto', upToPermille: -1 } }, 'approval'],
  ['a field that there is not', { ...draft, actor: 'gmv' }, 'actor'],
])('a draft with %s is refused', async (_, wrong, why) => {
  const { code, json } = await post('/api/backfill/estimate', { draft: wrong });
  expect([code, json]).toEqual([400, { error: expect.stringContaining(why), remedy: expect.any(String) }]);
  expect(bed.asked).toEqual([]);
});

test('20,000 days are a draft', async () => {
  const from = new Date(Date.UTC(2026, 0, 1) - 19_999 * 86_400_000).toISOString().slice(0, 10);
  expect((await post('/api/backfill/estimate', { draft: span(from, '2026-01-01') })).code).toBe(200);
});

test.each([
  ['nothing', '', 400],
  ['half of it', '{"draft":', 400],
  ['a list', '[]', 400],
  ['null', 'null', 400],
  ['a prototype', '{"__proto__": {"draft": 1}}', 400],
  ['nested a hundred thousand times', '['.repeat(100_000) + ']'.repeat(100_000), 400],
  ['larger than 256 kB', JSON.stringify('x'.repeat(256 * 1024)), 413],
])('a body that is %s is refused', async (_, body, code) => {
  const answer = await post('/api/backfill/estimate', body);
  expect([answer.code, answer.json]).toEqual([
    code,
    { error: expect.any(String), remedy: expect.any(String) },
  ]);
  expect(bed.asked).toEqual([]);
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json, text/plain',
  'application/json; charset=utf-16',
])('a body of type %s is refused, as a form of another site could send it', async (type) => {
  expect((await post('/api/backfill/estimate', { draft }, { 'content-type': type })).code).toBe(415);
  expect(bed.asked).toEqual([]);
});

test('a compressed body is refused', async () => {
  const { code } = await post('/api/backfill/estimate', { draft }, { 'content-encoding': 'gzip' });
  expect(code).toBe(415);
});

/** A request as text; `length` may be untrue. */
function requestText(path: string, lines: readonly string[], body: string): string {
  const all = [`POST ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Content-Type: application/json', ...lines];
  return `${all.join('\r\n')}\r\n\r\n${body}`;
}

test('bytes that are no UTF-8 are refused', async () => {
  const socket = connect(Number(new URL(bed.url).port), '127.0.0.1');
  const body = Buffer.concat([Buffer.from('{"password":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const head = requestText('/api/session', [`Content-Length: ${body.length}`, 'Connection: close'], '');
  let answer = '';
  socket.on('data', (part) => {
    answer += part;
  });
  socket.write(Buffer.concat([Buffer.from(head), body]));
  await new Promise((done) => socket.on('close', done));
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
});

test('a body without its length that does not end is cut off at 256 kB', async () => {
  const chunk = `${(64 * 1024).toString(16)}\r\n${' '.repeat(64 * 1024)}\r\n`;
  const answer = await bed.sendRaw(
    requestText('/api/session', ['Transfer-Encoding: chunked'], chunk.repeat(5)),
  );
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

test('a body that comes slowly is given up in time, and the connection with it', async () => {
  const impatient = await createHttpBed({ bodyWithinMs: WITHIN_MS });
  try {
    const startedMs = performance.now();
    const text = requestText('/api/session', ['Content-Length: 100'], '{"password"');
    const answer = await impatient.sendRaw(text);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(performance.now() - startedMs).toBeGreaterThan(WITHIN_MS - 50);
    expect(performance.now() - startedMs).toBeLessThan(WITHIN_MS + 5000);
  } finally {
    await impatient.discard();
  }
});

test('a hundred clients that hang up in the middle leave nothing behind', async () => {
  const port = Number(new URL(bed.url).port);
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(requestText('/api/session', ['Content-Length: 100'], '{"pass'));
      await sleep(20);
      socket.destroy();
    }),
  );
  await sleep(50);
  expect(bed.problems).toEqual([]);
  expect((await bed.ask('GET', '/api/session')).code).toBe(200);
});

test('without the operator’s session a body is not even read', async () => {
  const answer = await bed.sendRaw(requestText('/api/jobs', ['Content-Length: 200000'], '{'));
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
});

test('what a request says is in no header of the answer', async () => {
  const evil = 'x%0d%0aSet-Cookie:%20a=b';
  const answers = [
    await bed.ask('GET', `/api/${evil}`),
    await bed.ask('GET', `/api/job?id=${evil}`),
    await bed.ask('GET', '/api/session', {
      headers: { 'x-forwarded-host': 'evil.example', host: 'evil:99999999' },
    }),
    await post('/api/session', { password: 'a\r\nSet-Cookie: a=b' }),
  ];
  for (const { headers: given } of answers) {
    expect(given['set-cookie']).toBeUndefined();
    expect(JSON.stringify(given)).not.toMatch(/evil|Set-Cookie/);
  }
});

test('a header of two lines is refused', async () => {
  const lines = ['Content-Length: 2', `${CSRF_HEADER}: a`, ' b', 'Connection: close'];
  expect(await bed.sendRaw(requestText('/api/jobs', lines, '{}'))).toMatch(/^HTTP\/1.1 40[01] /);
});

test('a method that a path does not take is answered with those that it takes', async () => {
  const allowed = async (method: string, path: string) => {
    const { code, headers: given } = await bed.ask(method, path, { headers });
    return [code, given.allow];
  };
  expect(await allowed('PUT', '/api/jobs')).toEqual([405, 'GET, HEAD, POST']);
  expect(await allowed('OPTIONS', '/api/session')).toEqual([405, 'GET, HEAD, POST, DELETE']);
  expect(await allowed('GET', '/api/job/action')).toEqual([405, 'POST']);
  expect(await allowed('POST', '/')).toEqual([405, 'GET, HEAD']);
  expect(await allowed('DELETE', '/api/nothing')).toEqual([404, undefined]);
});

test('HEAD is GET without a body, and changes nothing', async () => {
  const { code, text } = await bed.ask('HEAD', '/api/jobs');
  expect([code, text]).toEqual([200, '']);
});

test('who did what is listed, refusals too', async () => {
  const failing = await createHttpBed({
    jobs: {
      act: async () => {
        throw new GmvError('moved_on', 'Day 2026-11-01 is another by now', 'Compare again.');
      },
    },
  });
  try {
    const operator = await failing.signIn();
    const body = { id: '7', action: 'approve', expect: 'c1' };
    const { code } = await failing.ask('POST', '/api/job/action', { headers: operator, body });
    expect(code).toBe(400);
    await failing.ask('POST', '/api/jobs', {
      headers: await failing.cliHeaders(),
      body: { draft, estimate: 'e1' },
    });
    await failing.ask('DELETE', '/api/session', { headers: operator });
    const { json } = await failing.ask('GET', '/api/audit', { headers: await failing.cliHeaders() });
    const from = '127.0.0.1';
    expect(json).toEqual(
      [
        ['operator', 'signed out'],
        ['cli', 'submit 2024-02-28..2027-01-01 in parts from archive (gmv): job 7 is queued'],
        ['operator', 'approve job 7: refused, Day 2026-11-01 is another by now. Compare again.'],
        ['operator', 'signed in'],
      ].map(([actor, what]) => ({ atMs: failing.clock.nowMs, actor, from, what })),
    );
  } finally {
    await failing.discard();
  }
});

test('a refusal does not say where on the machine files lie', async () => {
  const failing = await createHttpBed({
    jobs: {
      async datasets() {
        throw new GmvError('history_open', `history ${failing.folder}/history.duckdb is held`, 'Stop it.');
      },
    },
  });
  try {
    const { json, text } = await failing.ask('GET', '/api/datasets');
    expect(json).toMatchObject({ error: 'history access/history.duckdb is held' });
    expect(text).not.toContain(failing.folder);
  } finally {
    await failing.discard();
  }
});
