import { afterEach, expect, test } from 'vitest';
import { closeAll, createClient, startHub, today } from '../../test/hub-bed.ts';
import { MAX_VIEWS_PER_SOCKET } from '../protocol/socket-events.ts';
import type { ServerStatus } from '../protocol/status.ts';
import { viewId } from '../protocol/view.ts';

const gmv = today('gmv');
const orders = today('orders');
const until = (what: () => unknown) => expect.poll(what, { interval: 5 });

afterEach(closeAll);

test('a socket gets a snapshot, then every change once and in order', async () => {
  const { url, step } = await startHub();
  const client = createClient(url);
  client.want(gmv);
  await until(() => client.valueOf(gmv)).toBe(0);
  for (let value = 1; value <= 20; value++) {
    await step(new Map([[viewId(gmv), value]]));
    await until(() => client.valueOf(gmv)).toBe(value);
  }
  expect(client.gaps).toEqual([]);
  expect(client.frames.flatMap((frame) => frame.views).map((view) => view.kind)).toEqual([
    'snapshot',
    ...Array.from({ length: 20 }, () => 'patch'),
  ]);
});

test('one who joins amid a stream of epochs sees no gap and nothing twice', async () => {
  const { url, step, slow } = await startHub();
  slow(3);
  const clients = Array.from({ length: 5 }, () => createClient(url));
  let value = 0;
  for (const client of clients) {
    client.want(gmv, orders);
    for (let i = 0; i < 10; i++) await step(new Map([gmv, orders].map((spec) => [viewId(spec), ++value])));
  }
  await step(new Map([gmv, orders].map((spec) => [viewId(spec), 1000])));
  for (const client of clients) {
    await until(() => client.valueOf(gmv)).toBe(1000);
    expect(client.valueOf(orders)).toBe(1000);
    expect(client.gaps).toEqual([]);
    const seqs = client.frames.flatMap((frame) => frame.views).filter((view) => view.view === viewId(gmv));
    expect(seqs.map((view) => view.seq)).toEqual([...new Set(seqs.map((view) => view.seq))]);
  }
});

test('sockets that hold the same views share one encoded frame', async () => {
  const { url, step, hub } = await startHub();
  const alike = [createClient(url), createClient(url), createClient(url)];
  alike[0]?.want(gmv, orders);
  alike[1]?.want(orders, gmv);
  alike[2]?.want(gmv, orders);
  const other = createClient(url);
  other.want(gmv);
  for (const client of alike) await until(() => client.valueOf(orders)).toBe(0);
  await until(() => other.valueOf(gmv)).toBe(0);
  const before = hub.gauges().encodings;
  await step(new Map([[viewId(gmv), 7]]));
  for (const client of [...alike, other]) await until(() => client.valueOf(gmv)).toBe(7);
  expect(hub.gauges().encodings - before).toBe(2);
  expect(new Set(alike.map((client) => client.texts.at(-1))).size).toBe(1);
});

test('equal views of many sockets are subscribed once, and let go when nobody held them for a while', async () => {
  let now = 0;
  const { url, subscribed, viewsInUse } = await startHub({ nowMs: () => now, sweepEveryMs: 10 });
  const clients = [createClient(url), createClient(url)];
  for (const client of clients) client.want(gmv);
  for (const client of clients) await until(() => client.valueOf(gmv)).toBe(0);
  expect(subscribed).toEqual([viewId(gmv)]);
  for (const client of clients) client.socket.disconnect();
  await new Promise((done) => setTimeout(done, 50));
  expect(viewsInUse()).toEqual([viewId(gmv)]);
  now = 20_000;
  await until(() => viewsInUse()).toEqual([]);
});

test('epochs without changes move the head at most once a second', async () => {
  let now = 0;
  const { url, step } = await startHub({ nowMs: () => now });
  const client = createClient(url);
  client.want(gmv);
  await until(() => client.valueOf(gmv)).toBe(0);
  const first = client.frames.length;
  for (let i = 0; i < 30; i++) {
    now += 100;
    await step();
    await new Promise((done) => setTimeout(done, 2));
  }
  await until(() => client.frames.at(-1)?.epoch).toBe(30);
  expect(client.frames.length - first).toBe(3);
  expect(client.frames.at(-1)?.views).toEqual([]);
});

test('malformed, unanswerable and too many views are refused by name, the others served', async () => {
  const { url } = await startHub();
  const client = createClient(url);
  const many = Array.from({ length: MAX_VIEWS_PER_SOCKET + 3 }, (_, i) => today(`metric_${i}`));
  client.want({ metrics: [] }, 'gmv', today('unknown'), ...many);
  await until(() => client.refused.length).toBe(7);
  expect(client.refused.filter(({ reason }) => reason.startsWith('Not a view'))).toHaveLength(2);
  expect(client.refused.filter(({ reason }) => reason.startsWith('More than 64'))).toHaveLength(4);
  await until(() => client.refused.find(({ view }) => view === viewId(today('unknown')))?.reason).toMatch(
    /no metric "unknown"/,
  );
  await until(() => client.values.size).toBe(MAX_VIEWS_PER_SOCKET - 1);
});

test('what nobody holds any more makes way for a view that finds no place, and else it is refused by its code', async () => {
  const { url, mostHeld, viewsInUse } = await startHub();
  mostHeld(2);
  const [before, after] = [createClient(url), createClient(url)];
  const [units, buyers] = [today('units'), today('buyers')];
  before.want(gmv, units);
  await until(() => before.valueOf(units)).toBe(0);
  after.want(orders);
  await until(() => after.refused).toEqual([
    { view: viewId(orders), code: 'filters_taken', reason: 'All places are taken. Try again.' },
  ]);
  before.want(orders, buyers);
  await until(() => [before.valueOf(orders), before.valueOf(buyers)]).toEqual([0, 0]);
  expect(before.refused).toEqual([]);
  expect(viewsInUse().sort()).toEqual([viewId(buyers), viewId(orders)]);
});

test('views that a client lets go of are sent no more', async () => {
  const { url, step } = await startHub();
  const client = createClient(url);
  client.want(gmv, orders);
  await until(() => client.valueOf(orders)).toBe(0);
  // One more is asked for with it, which tells when it was heard.
  const units = today('units');
  client.want(gmv, units);
  await until(() => client.valueOf(units)).toBe(0);
  await step(new Map([gmv, orders].map((spec) => [viewId(spec), 4])));
  await until(() => client.valueOf(gmv)).toBe(4);
  expect(client.frames.at(-1)?.views.map(({ view }) => view)).toEqual([viewId(gmv)]);
});

test('status reaches who joins at once and others on change, at most twice a second', async () => {
  const { url, hub } = await startHub();
  const status = (epoch: number) => ({ runId: 'r', epoch }) as ServerStatus;
  hub.setStatus(status(1));
  const client = createClient(url);
  await until(() => client.statuses.map((seen) => seen.epoch)).toEqual([1]);
  const start = performance.now();
  for (let epoch = 2; epoch <= 40; epoch++) {
    hub.setStatus(status(epoch));
    await new Promise((done) => setTimeout(done, 25));
  }
  await until(() => client.statuses.at(-1)?.epoch).toBe(40);
  const seconds = (performance.now() - start) / 1000;
  expect(client.statuses.length).toBeLessThanOrEqual(2 + Math.ceil(seconds * 2));
});

test('each partition of the stream is told to who asks for them alone', async () => {
  const { url, hub } = await startHub();
  const status = (nextOffset: string) =>
    ({
      runId: 'r',
      stream: { lagRecords: 5, partitions: [{ partition: 'orders/0', nextOffset }] },
    }) as unknown as ServerStatus;
  const [asking, other] = [createClient(url), createClient(url)];
  const offset = (client: typeof asking) => client.statuses.at(-1)?.stream?.partitions[0]?.nextOffset;
  hub.setStatus(status('1'));
  await until(() => [asking, other].map(({ statuses }) => statuses.at(-1)?.stream?.lagRecords)).toEqual([
    5, 5,
  ]);
  expect([asking, other].map(offset)).toEqual([undefined, undefined]);

  asking.socket.emit('partitions', true);
  await until(() => offset(asking)).toBe('1');
  hub.setStatus(status('2'));
  await until(() => offset(asking)).toBe('2');
  asking.socket.emit('partitions', false);
  let epoch = 1;
  await until(() => {
    hub.setStatus({ ...status('3'), epoch: epoch++ });
    return offset(asking);
  }).toBeUndefined();
  expect(other.statuses.flatMap(({ stream }) => stream?.partitions)).toEqual([]);
});
