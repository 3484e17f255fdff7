import { afterEach, expect, test } from 'vitest';
import { closeAll, createClient, startHub } from '../../test/hub-bed.ts';
import type { JobSummary, JobUpdate } from '../protocol/jobs.ts';
import type { JobsFeed } from './job-watchers.ts';

const until = (what: () => unknown) => expect.poll(what, { interval: 5 });
const summary = (id: string): JobSummary => ({ id, state: 'running' }) as JobSummary;
const update = (id: string, seq: number, whole = false): JobUpdate => ({
  id,
  seq,
  whole,
  summary: summary(id),
  units: [],
  log: [],
});

/** Two jobs, at seq 7; remembers what the hub asked to be told of. */
function feedOfJobs() {
  const watched: Parameters<JobsFeed['watch']>[0][] = [];
  const feed: JobsFeed = {
    api: {
      jobs: async () => [summary('b'), summary('a')],
      job: async ({ id }) => update(id, 7, true),
    },
    watch: (wanted) => void watched.push(wanted),
  };
  return { feed, watched };
}

function listen(client: ReturnType<typeof createClient>) {
  const lists: (readonly JobSummary[])[] = [];
  const updates: JobUpdate[] = [];
  client.socket.on('jobs', (jobs) => void lists.push(jobs));
  client.socket.on('job', (job) => void updates.push(job));
  return { lists, updates };
}

afterEach(closeAll);

test('who watches a job gets the list and the whole job, then what is told of them, and others get nothing', async () => {
  const { feed, watched } = feedOfJobs();
  const { url, hub } = await startHub({ jobs: feed });
  const [watcher, other] = [createClient(url), createClient(url)];
  const [seen, unseen] = [listen(watcher), listen(other)];
  watcher.socket.emit('watchJobs', { job: 'a' });
  await until(() => seen.updates.map(({ id, seq, whole }) => [id, seq, whole])).toEqual([['a', 7, true]]);
  expect(seen.lists).toHaveLength(1);
  expect(watched.at(-1)).toEqual({ list: true, jobs: ['a'] });

  hub.jobNews({ kind: 'job', update: update('a', 8) });
  hub.jobNews({ kind: 'job', update: update('b', 3) });
  hub.jobNews({ kind: 'jobs', jobs: [summary('a')] });
  await until(() => seen.lists.length).toBe(2);
  expect(seen.updates.map(({ id, seq }) => `${id}${seq}`)).toEqual(['a7', 'a8']);
  expect(unseen.lists).toEqual([]);
});

test('another job replaces the one before, null ends it, and so does leaving', async () => {
  const { feed, watched } = feedOfJobs();
  const { url, hub } = await startHub({ jobs: feed });
  const client = createClient(url);
  const { updates } = listen(client);
  client.socket.emit('watchJobs', { job: 'a' });
  client.socket.emit('watchJobs', { job: 'b' });
  await until(() => updates.length).toBe(2);
  hub.jobNews({ kind: 'job', update: update('a', 8) });
  hub.jobNews({ kind: 'job', update: update('b', 8) });
  await until(() => updates.at(-1)?.seq).toBe(8);
  expect(updates.map(({ id }) => id)).toEqual(['a', 'b', 'b']);
  client.socket.emit('watchJobs', null);
  await until(() => watched.at(-1)).toEqual({ list: false, jobs: [] });
  client.socket.emit('watchJobs', 'list');
  await until(() => watched.at(-1)).toEqual({ list: true, jobs: [] });
  client.socket.disconnect();
  await until(() => watched.at(-1)).toEqual({ list: false, jobs: [] });
});

test('where the feed begins anew it is told what is watched, and everyone gets the whole again', async () => {
  const { feed, watched } = feedOfJobs();
  const { url, hub } = await startHub({ jobs: feed });
  const client = createClient(url);
  const { updates } = listen(client);
  client.socket.emit('watchJobs', { job: 'a' });
  await until(() => updates.length).toBe(1);
  watched.length = 0;
  hub.jobsAgain();
  await until(() => updates.length).toBe(2);
  expect(watched).toEqual([{ list: true, jobs: ['a'] }]);
});

test('what is no request is taken as none', async () => {
  const { feed, watched } = feedOfJobs();
  const { url } = await startHub({ jobs: feed });
  const client = createClient(url);
  for (const sent of [7, { job: 'x'.repeat(65) }, { job: 1 }, [], undefined]) {
    client.socket.emit('watchJobs', sent as unknown as null);
  }
  await until(() => watched.length).toBe(5);
  expect(watched.every(({ list }) => !list)).toBe(true);
});
