import { afterEach, expect, test } from 'vitest';
import { closeAll, createClient, startHub, today } from '../../test/hub-bed.ts';
import { ACK_WINDOW } from '../protocol/socket-events.ts';
import { viewId } from '../protocol/view.ts';

const gmv = today('gmv');
const orders = today('orders');
const until = (what: () => unknown) => expect.poll(what, { interval: 5 });

afterEach(closeAll);

test('a slow socket gets at most a window of frames, and one true catch-up when it acknowledges', async () => {
  const { url, step, reads } = await startHub();
  const quick = createClient(url);
  const slow = createClient(url, { acks: false });
  for (const client of [quick, slow]) client.want(gmv, orders);
  for (const client of [quick, slow]) await until(() => client.valueOf(orders)).toBe(0);
  for (let value = 1; value <= 50; value++) {
    await step(new Map([gmv, ...(value % 7 === 0 ? [orders] : [])].map((spec) => [viewId(spec), value])));
    await until(() => quick.valueOf(gmv)).toBe(value);
  }
  expect(slow.frames).toHaveLength(ACK_WINDOW);
  const readsBefore = reads();
  slow.startAcking();
  await until(() => slow.valueOf(gmv)).toBe(50);
  expect(slow.valueOf(orders)).toBe(49);
  expect(slow.frames.at(-1)?.epoch).toBe(50);
  expect(slow.frames).toHaveLength(ACK_WINDOW + 1);
  expect(reads() - readsBefore).toBe(1);
  expect(slow.gaps).toEqual([]);
  await step(new Map([[viewId(gmv), 51]]));
  await until(() => slow.valueOf(gmv)).toBe(51);
  expect(reads() - readsBefore).toBe(1);
  expect(slow.frames.flatMap((frame) => frame.views).filter((view) => view.kind === 'snapshot')).toHaveLength(
    2,
  );
});

test('every frame that a wavering client applies is true to its epoch', async () => {
  const { url, step } = await startHub();
  const client = createClient(url, { acks: false });
  client.want(gmv, orders);
  await until(() => client.valueOf(orders)).toBe(0);
  const [a, b] = [viewId(gmv), viewId(orders)];
  for (let value = 1; value <= 200; value++) {
    // Both views always take the same value: a frame that mixes epochs would tell them apart.
    await step(
      new Map([
        [a, value],
        [b, value],
      ]),
    );
    if (value % 9 === 0) client.socket.emit('ack', client.frames.at(-1)?.epoch ?? 0);
    if (value % 13 === 0) client.socket.emit('resync', a);
    if (value % 5 === 0) await new Promise((done) => setTimeout(done, 2));
  }
  client.startAcking();
  await until(() => client.valueOf(gmv)).toBe(200);
  expect(client.valueOf(orders)).toBe(200);
  for (const frame of client.frames) {
    for (const part of frame.views) expect(part.rows?.[0]?.[1]).toBe(frame.epoch);
  }
  expect(client.gaps).toEqual([]);
});

test('a client that saw a gap asks and starts that view again with a snapshot', async () => {
  const { url, step } = await startHub();
  const client = createClient(url);
  client.want(gmv, orders);
  await until(() => client.valueOf(orders)).toBe(0);
  await step(new Map([[viewId(gmv), 5]]));
  await until(() => client.valueOf(gmv)).toBe(5);
  client.frames.length = 0;
  client.socket.emit('resync', viewId(gmv));
  await until(() => client.frames.length).toBe(1);
  expect(client.frames[0]?.views.map(({ kind, view }) => [kind, view])).toEqual([['snapshot', viewId(gmv)]]);
  expect(client.valueOf(gmv)).toBe(5);
});

test('a new run starts every view again with snapshots of that run', async () => {
  const { url, step, restart } = await startHub();
  const client = createClient(url);
  client.want(gmv, orders);
  await until(() => client.valueOf(orders)).toBe(0);
  for (let value = 1; value < 9; value++) await step(new Map([[viewId(gmv), value]]));
  await until(() => client.valueOf(gmv)).toBe(8);
  restart();
  await step(new Map([[viewId(gmv), 3]]));
  await until(() => client.frames.at(-1)?.runId).toBe('run-2');
  await until(() => client.valueOf(gmv)).toBe(3);
  await step(new Map([[viewId(orders), 1]]));
  await until(() => client.valueOf(orders)).toBe(1);
  expect(client.gaps).toEqual([]);
});

test('a socket that never acknowledges for a minute is disconnected, and comes again', async () => {
  let now = 0;
  const { url } = await startHub({ nowMs: () => now, sweepEveryMs: 10 });
  const silent = createClient(url, { acks: false });
  const good = createClient(url);
  for (const client of [silent, good]) client.want(gmv);
  for (const client of [silent, good]) await until(() => client.valueOf(gmv)).toBe(0);
  await new Promise((done) => setTimeout(done, 50));
  const [first, other] = [silent.socket.id, good.socket.id];
  now = 59_000;
  await new Promise((done) => setTimeout(done, 50));
  expect(silent.socket.id).toBe(first);
  now = 60_000;
  await until(() => silent.socket.connected).toBe(false);
  await until(() => silent.socket.id ?? first).not.toBe(first);
  expect(good.socket.id).toBe(other);
});
