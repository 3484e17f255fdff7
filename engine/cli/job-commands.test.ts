import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createHttpBed, type HttpBed, someJob } from '../../test/http-bed.ts';
import { runGmvHere } from '../../test/run-gmv-here.ts';
import { loadConfig } from '../config.ts';
import { createJobWatchers } from '../hub/job-watchers.ts';
import { createSocketServer } from '../hub/socket-server.ts';
import type { Comparison } from '../protocol/comparison.ts';
import type { JobSummary, JobUpdate } from '../protocol/jobs.ts';
import { SOCKET_PATH } from '../protocol/socket-events.ts';

let bed: HttpBed;
afterEach(() => bed.discard());

const gmv = (args: string, { typed, port }: { readonly typed?: string; readonly port?: number } = {}) => {
  const folder = dirname(bed.folder);
  return runGmvHere({
    args: args.split(' '),
    folder,
    ...(typed === undefined ? {} : { typed }),
    loadConfig: async () => ({
      ...(await loadConfig(folder, {} as NodeJS.ProcessEnv)),
      port: port ?? Number(new URL(bed.url).port),
      dataFolder: folder,
    }),
  });
};

const job = someJob('7');
const { estimate } = job;

const comparison: Comparison = {
  job: '7',
  fingerprint: 'c1',
  comparedAtMs: 0,
  days: [
    {
      day: '2026-11-01',
      published: 3,
      computed: 9,
      figures: [{ metric: 'gmv', published: 100_000, computed: 123_456 }],
      differs: true,
      causes: [{ why: 'late', events: 12 }],
    },
  ],
  totals: [{ metric: 'gmv', published: 100_000, computed: 123_456 }],
  outdated: [],
};

const BACKFILL = 'backfill archive --from 2026-11-01 --to 2026-11-02';
const openBed = async (given: Parameters<typeof createHttpBed>[0] = {}) => {
  bed = await createHttpBed({
    ...given,
    jobs: { estimate: async () => estimate, comparison: async () => comparison, ...given.jobs },
  });
};

test('a backfill shows its estimate first, and starts when that is agreed to', async () => {
  await openBed();
  const { code, stdout, stderr } = await gmv(`${BACKFILL} --metrics gmv,orders --threads 3`, {
    typed: 'y\n',
  });
  expect(stderr).toContain('2026-11-01 00:00:00');
  expect(stderr).toContain('1,234,567');
  expect(stderr).toContain('1 day: live has not given them up');
  expect(stderr).toContain('Start it? [y/N]');
  expect(stdout).toMatch(/^job 7: queued/);
  expect(code).toBe(0);
  const draft = { ...job.draft, metrics: ['gmv', 'orders'], parallelism: 3 };
  expect(bed.asked).toEqual([{ what: 'submit', ask: { draft, estimate: 'e1', actor: 'cli' } }]);
});

test.each(['n\n', '\n', 'yesterday\n', ''])('an answer of %j starts nothing', async (typed) => {
  await openBed();
  const { code, stdout } = await gmv(BACKFILL, { typed });
  expect([code, stdout, bed.asked]).toEqual([1, '', []]);
});

test('without a terminal nothing is started unless --yes says so', async () => {
  await openBed();
  const refused = await gmv(BACKFILL);
  expect([refused.code, bed.asked]).toEqual([1, []]);
  expect(refused.stderr).toContain('Give --yes');
  expect((await gmv(`${BACKFILL} --yes --auto-approve 2.5 --when tonight`)).code).toBe(0);
  expect(bed.asked).toMatchObject([
    { ask: { draft: { when: 'tonight', approval: { kind: 'auto', upToPermille: 2.5 } } } },
  ]);
});

test('what can not be submitted says why, and a dry run only says what it would take', async () => {
  await openBed({
    jobs: { estimate: async () => ({ ...estimate, units: 0, refusal: 'No day can be a unit.' }) },
  });
  const { code, stderr } = await gmv(`${BACKFILL} --yes`);
  expect([code, bed.asked]).toEqual([1, []]);
  expect(stderr).toContain('No day can be a unit.');
  const dry = await gmv(`${BACKFILL} --dry-run`);
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('No day can be a unit.')]);
});

test('an approval shows the comparison and names what was looked at', async () => {
  await openBed();
  const { code, stderr } = await gmv('jobs 7 approve', { typed: 'yes\n' });
  expect(code).toBe(0);
  expect(stderr).toMatch(/gmv +1,000\.00 +1,234\.56 +\+234\.56/);
  expect(stderr).toContain('2026-11-01  gmv +234.56  (12 late events)');
  expect(bed.asked).toEqual([
    { what: 'act', ask: { id: '7', action: 'approve', expect: 'c1', actor: 'cli' } },
  ]);
});

test('undo asks, other actions are done at once', async () => {
  await openBed();
  expect((await gmv('jobs 7 undo')).code).toBe(1);
  expect((await gmv('jobs 7 pause')).code).toBe(0);
  expect((await gmv('jobs 7 undo --yes')).code).toBe(0);
  expect(bed.asked.map(({ ask }) => (ask as { action: string }).action)).toEqual(['pause', 'undo']);
});

test('lists, one job and datasets are printed, as JSON too', async () => {
  const update: JobUpdate = {
    id: '7',
    seq: 1,
    whole: true,
    summary: { ...job, state: 'failed', units: { ...job.units, waiting: 1, failed: 1 } },
    units: [
      {
        day: '2026-11-02',
        state: 'failed',
        cached: false,
        rows: 0,
        seconds: 1,
        attempts: 2,
        problem: 'a.parquet, row group 3: \u001b[2Jgone',
      },
    ],
    log: [{ atMs: 0, actor: 'cli', text: 'submitted', state: 'queued' }],
  };
  await openBed({ jobs: { jobs: async () => [job], job: async () => update } });
  const list = await gmv('jobs');
  expect(list.stdout).toContain('2026-11-01..2026-11-02');
  expect(JSON.parse((await gmv('jobs --json')).stdout)).toEqual([job]);
  const one = await gmv('jobs 7');
  expect(one.stdout).toContain('1970-01-01 08:00:00  cli  submitted');
  // Names of files could hold what moves a terminal's cursor.
  expect(one.stdout).toContain('a.parquet, row group 3: ?[2Jgone');
  expect((await gmv('datasets')).code).toBe(0);
  expect(JSON.parse((await gmv('datasets archive --json')).stdout)).toEqual({ dataset: 'archive' });
});

test('a job is watched until it waits for someone, over the socket', async () => {
  const { io, upgrade } = createSocketServer();
  const states = ['running', 'awaiting_approval'] as const;
  let seq = 0;
  const update = (state: JobSummary['state'], whole: boolean): JobUpdate => ({
    id: '7',
    seq: ++seq,
    whole,
    summary: { ...job, state },
    units: [],
    log: [{ atMs: seq, actor: 'gmv', text: `now ${state}`, state }],
  });
  const watchers = createJobWatchers({
    io,
    feed: {
      api: { jobs: async () => [], job: async () => update('queued', true) },
      watch({ jobs }) {
        if (!jobs.includes('7')) return;
        setTimeout(() => {
          for (const state of states) watchers.news({ kind: 'job', update: update(state, false) });
        }, 200);
      },
    },
    onError: (message) => bed.problems.push(message),
  });
  io.on('connection', watchers.connect);
  await openBed({ upgrades: { [SOCKET_PATH]: upgrade } });
  try {
    const { code, stdout, stderr } = await gmv(`${BACKFILL} --yes --watch`);
    expect(stderr).toMatch(/now queued\n.*now running\n.*now awaiting_approval\n/);
    expect(stdout).toContain('to publish it: gmv jobs 7 approve');
    expect([code, bed.problems]).toEqual([0, []]);
  } finally {
    io.disconnectSockets(true);
  }
});

test('where no server runs the message says so and what to do', async () => {
  await openBed();
  const { code, stderr } = await gmv('jobs', { port: 1 });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^gmv: No server answers at http:\/\/127\.0\.0\.1:1 .*npm start.*--server/);
});

test('without the token of that server questions are answered and changes are not', async () => {
  await openBed({ jobs: { jobs: async () => [someJob('7')] } });
  writeFileSync(join(bed.folder, 'cli-token'), `${'x'.repeat(43)}\n`);
  expect((await gmv('jobs --json')).code).toBe(0);
  const wrong = await gmv('jobs 7 pause');
  expect([wrong.code, bed.asked]).toEqual([1, []]);
  expect(wrong.stderr).toContain('does not take the token');
  rmSync(join(bed.folder, 'cli-token'));
  expect((await gmv('jobs 7 pause')).code).toBe(1);
  chmodSync(bed.folder, 0o700);
});

test.each([
  'backfill archive --from yesterday --to 2026-11-02',
  'backfill archive --from 2026-11-01',
  `${BACKFILL} --when later`,
  `${BACKFILL} --auto-approve -1`,
  'jobs 7 explode',
  'jobs --server ftp://x',
])('wrong usage: %s', async (args) => {
  await openBed();
  expect((await gmv(args)).code).toBe(2);
});

test('a password that is piped in becomes a hash of it', async () => {
  await openBed();
  const { stdout, code } = await gmv('password --make-up');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
  expect((await gmv('password')).stderr).toContain('10 to 1024 characters');
});
