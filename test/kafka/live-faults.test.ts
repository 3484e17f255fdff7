import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { newestManifest } from '../../engine/checkpoints/newest-manifest.ts';
import { buildApp } from '../../scripts/build.mjs';
import { createRandom } from '../builders.ts';
import { patiently, withAdmin } from './consume-bed.ts';
import { type Broker, type KafkaBed, openKafkaBed, skipped, startTestBroker } from './kafka-bed.ts';
import { archiveRows, checkCounts, checkDays, checkEverything } from './live-checks.ts';
import { dayLabel, dayStart, ordersOfDay } from './live-orders.ts';
import { type LiveScene, openLiveScene, PARTITIONS } from './live-scene.ts';
import { fill, mountSmall, unmount } from './small-disk.ts';

const SEED = Number(process.env.GMV_SEED ?? Date.now() % 1_000_000);
const START_MS = 600_000;
const HOUR_MS = 3_600_000;

let bed: KafkaBed;
let broker: Broker;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  if (skipped !== null) return;
  await buildApp();
  bed = await openKafkaBed();
  broker = bed.broker;
}, START_MS);
beforeEach(({ skip }) => {
  skip(skipped !== null, skipped ?? '');
  return async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
});
afterAll(async () => {
  await broker?.stop();
  await bed?.close();
}, START_MS);

async function scene(topic: string): Promise<LiveScene> {
  const opened = await openLiveScene({ bed, broker: broker.address, topic, seed: SEED });
  undo.push(opened.close);
  return opened;
}

/** As the newest checkpoint knows it: days that it has passed are sealed. */
async function watermarkOf(dataFolder: string): Promise<number> {
  const manifest = await newestManifest(join(dataFolder, 'live/checkpoints'));
  const facts = (manifest?.runFacts ?? {}) as { readonly watermarkMs?: number | null };
  return facts.watermarkMs ?? 0;
}

const named = (title: string): string => `${title}; seed ${SEED}`;

it(
  named(
    'events of a sealed day are late: counted, archived as such and told with their day, also after a kill',
  ),
  async () => {
    const { server, producer, send, expected, settle, topic } = await scene('late');
    await server.start();
    await send(0, 2);
    await settle();
    const before = await expected();
    await expect
      .poll(() => watermarkOf(server.dataFolder), { timeout: 180_000 })
      .toBeGreaterThan(dayStart(1) + 2 * HOUR_MS);
    await server.kill();
    await server.start();
    // New ones and some that came before: live does not know any more which is which.
    const late = ordersOfDay(0, 5, createRandom(SEED + 1)).map((event) => ({
      ...event,
      event_id: `late ${event.event_id}`,
    }));
    const again = ordersOfDay(0, 25, createRandom(SEED)).slice(0, 3);
    const messages = [...late, ...again].map((event, i) => ({
      partition: i % PARTITIONS,
      value: JSON.stringify(event),
    }));
    await producer.send(messages);
    const rows = before.whole.rows + messages.length;
    const isLate = { ...before.whole, rows, late: messages.length };
    const lateDays = [{ day: dayLabel(0), events: messages.length }];
    const check = async (): Promise<void> => {
      const { counts, stream } = await server.until((status) => status.counts.rows >= rows);
      checkCounts(counts, isLate);
      expect(stream?.lateDays).toEqual(lateDays);
      await checkDays(server, before);
    };
    await check();
    await settle();
    await server.kill();
    await server.start();
    await check();
    expect(await server.stop()).toBe(0);
    const archived = await archiveRows(server.dataFolder);
    const places = archived.filter(({ disposition }) => disposition === 'late').map(({ place }) => place);
    expect(new Set(places).size).toBe(messages.length);
    expect(places.every((place) => place.startsWith(`${topic}/`))).toBe(true);
    expect(archived.length).toBe(rows);
  },
);

it(named('a broker that stops, or is killed, under load costs nothing'), async () => {
  const { server, send, expected } = await scene('broker');
  await server.start();
  const sending = send(0, 8);
  for (const end of ['stop', 'kill'] as const) {
    await sleep(300);
    await broker[end]();
    await sleep(1_000);
    broker = await startTestBroker(join(bed.folder, 'broker'), Number(broker.address.split(':')[1]));
  }
  await sending;
  await checkEverything(server, await expected());
  expect(server.said()).not.toContain('"level":50');
});

it(named('a process that stood still for seconds goes on as if it had not'), async () => {
  const { server, send, expected } = await scene('stalled');
  await server.start();
  await send(0, 2);
  server.signal('SIGSTOP');
  await send(3, 6);
  await sleep(5_000);
  server.signal('SIGCONT');
  await checkEverything(server, await expected());
});

it.each(['state', 'manifest'])(
  named('where the newest checkpoint’s %s is damaged the one before is taken, and told'),
  async (part) => {
    const { server, send, expected, settle, checkpoints } = await scene(`damaged-${part}`);
    await server.start();
    await send(0, 2);
    await settle();
    await send(3, 4);
    await settle();
    await server.kill();
    const [file = ''] = checkpoints(part === 'state' ? '.state' : '.json').slice(-1);
    if (part === 'state') flip(file);
    else truncateSync(file, readFileSync(file).length >> 1);
    await send(5, 6);
    await server.start();
    const { stream } = await server.until((status) => status.stream !== null);
    expect(stream?.notes).toEqual([expect.stringMatching(/^Checkpoint \d+ was left out: /)]);
    await checkEverything(server, await expected());
  },
);

it(
  named('where no checkpoint is whole it is refused in one line, and without them all is read anew'),
  async () => {
    const { server, send, expected, settle, checkpoints } = await scene('none-whole');
    await server.start();
    await send(0, 3);
    await settle();
    await server.kill();
    for (const file of checkpoints('.json')) flip(file);
    server.launch();
    expect(await server.ended()).toBe(1);
    expect(server.said()).toMatch(/^No checkpoint in \S+ is whole \(.*move it away to begin anew/m);
    renameSync(join(server.dataFolder, 'live/checkpoints'), join(server.dataFolder, 'live/damaged'));
    await server.start();
    await checkEverything(server, await expected());
  },
);

it(
  named('a topic cut off beneath the checkpoint is refused in one line that names the way out'),
  async () => {
    const { topic, server, send, settle, expected } = await scene('truncated');
    await server.start();
    await send(0, 2);
    await settle();
    await server.kill();
    await send(3, 4);
    await withAdmin(bed.kafka, async (admin) => {
      const [first] = await patiently(() => admin.fetchTopicOffsets(topic));
      const cut = { partition: Number(first?.partition), offset: String(first?.offset) };
      await admin.deleteTopicRecords({ topic, partitions: [cut] });
    });
    await server.start();
    // It shows what it knew, dimmed, and says why nothing comes.
    const { problem } = await server.until(({ live, problem }) => live === 'failed' && problem !== null);
    expect(problem).toMatch(
      /^Partition truncated\/\d is to be read from offset \d+, .* were deleted\. Start without/,
    );
    await server.kill();
    renameSync(join(server.dataFolder, 'live/checkpoints'), join(server.dataFolder, 'live/before'));
    // What the topic still holds is what there is now; history, which knows more of its days, stands.
    renameSync(join(server.dataFolder, 'history.duckdb'), join(server.dataFolder, 'history.before'));
    rmSync(join(server.dataFolder, 'history.duckdb.wal'), { force: true });
    await server.start();
    await checkEverything(server, await expected());
  },
);

it(named('a full disk is told, live goes on, and once there is room all is kept'), async ({ skip }) => {
  const made = await scene('full');
  const { server, send, expected, settle } = made;
  mkdirSync(server.dataFolder);
  const why = mountSmall(server.dataFolder);
  skip(why !== null, `no small file system can be mounted: ${why}`);
  undo.splice(-1, 0, () => unmount(server.dataFolder));
  await server.start();
  await send(0, 1);
  await settle();
  const filler = join(server.dataFolder, 'filler');
  fill(filler);
  await send(2, 4);
  const full = await server.until(({ problem }) => /ENOSPC|no space/i.test(problem ?? ''));
  expect(full.restarts).toBe(0);
  const soFar = await expected();
  const { counts } = await server.until((status) => status.counts.rows >= soFar.whole.rows);
  checkCounts(counts, soFar.whole);
  await checkDays(server, soFar);
  rmSync(filler);
  await settle();
  await server.kill();
  await send(5, 5);
  await server.start();
  await checkEverything(server, await expected());
});

function flip(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.length >> 1;
  bytes[at] = bytes[at]! ^ 1;
  writeFileSync(file, bytes);
}
