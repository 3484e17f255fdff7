import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UserConfig } from '../engine/config.ts';
import { type LiveBroker, PACKAGE, removeTopic } from './live-broker.ts';
import type { FromProducer, ProducerTask, Sent } from './live-producer.ts';
import { type FrameWatcher, watchFrames } from './live-viewer.ts';
import { CURRENCY } from './order-sql.ts';
import { processorSeconds, processorSecondsOfMachine, processorSecondsOfTree } from './processor-seconds.ts';

export interface LatencyOptions {
  readonly broker: LiveBroker;
  /** Events per second. */
  readonly rate: number;
  /** Events that were applied as `paid` are what is measured, so many of them at least. */
  readonly samples: number;
  /** In which no day may begin or end meanwhile; default: one where it is noon. */
  readonly timeZone?: string;
  /** Of the server, besides what is needed here. */
  readonly config?: UserConfig;
  /** Sets going what is to go on meanwhile. */
  readonly beside?: (server: MeasuredServer) => Promise<Beside>;
}

export interface MeasuredServer {
  readonly url: string;
  readonly dataFolder: string;
}

export interface Beside {
  /** The last event is shown: ends it and tells what became of it. */
  end(): Promise<Latency>;
}

/** One row of the table. */
export type Latency = Readonly<Record<string, number>>;

/** Of the simulator's events; a little low. */
const PAID_SHARE = 0.2;
const SHORTEST_S = 15;
/** What comes meanwhile finds programs that are not compiled yet. */
const WARM_UP_MS = 5_000;
const READY_WITHIN_MS = 120_000;
const ARRIVED_WITHIN_MS = 60_000;

/**
 * From sending an order to the frame that shows it: the real server, and a socket that holds the board's views. A
 * message's event has the name of its partition for a channel, and a partition keeps its order, so the first frame in
 * which that channel's `paid_events` are n is the one that shows its n-th paid event.
 */
export async function measureLatency(options: LatencyOptions): Promise<Latency> {
  const { broker, rate, samples, timeZone = zoneAtNoon(new Date()), config = {} } = options;
  const events = Math.ceil(Math.max(samples / PAID_SHARE, SHORTEST_S * rate) + (WARM_UP_MS / 1000) * rate);
  const topic = `latency-${rate}-${process.pid}`;
  const task: ProducerTask = { broker: broker.address, topic, timeZone, rate, events };
  const script = process.argv[1] ?? '';
  const producer = fork(script, ['--produce', JSON.stringify(task)], { serialization: 'advanced' });
  const folder = mkdtempSync(join(tmpdir(), 'gmv-bench-latency-'));
  let server: Server | null = null;
  let viewer: FrameWatcher | null = null;
  try {
    await said(producer, 'ready');
    server = await startServer({ folder, config: { ...config, timeZone }, broker: broker.address, topic });
    viewer = await watchFrames(server.url);
    const beside = await options.beside?.(server);
    await sleep(1000);
    const pid = server.child.pid ?? 0;
    const used = (): readonly number[] => [
      processorSecondsOfTree(pid),
      processorSecondsOfTree(broker.pid),
      processorSeconds(),
      processorSecondsOfMachine(),
    ];
    const before = used();
    producer.send({ kind: 'begin' });
    const sent = await said(producer, 'done');
    const wanted = sent.paid.map(({ dueMs }) => dueMs.length);
    const whole = viewer.until((counts) => wanted.every((count, partition) => counts[partition] === count));
    const late = sleep(ARRIVED_WITHIN_MS, false, { ref: false });
    if ((await Promise.race([whole.then(() => true), late])) === false)
      throw new Error(`paid events by partition: ${viewer.counts()} were seen, ${wanted} sent`);
    const [ofServer = 0, ofBroker = 0, own = 0, all = 0] = used().map((now, i) => now - (before[i] ?? 0));
    const percent = (seconds: number): number => Math.round((seconds / sent.seconds) * 100);
    return {
      'events/s': rate,
      achieved: Math.round(events / sent.seconds),
      ...latencies(sent, viewer),
      'frames/s': Number((viewer.frames() / sent.seconds).toFixed(1)),
      'server CPU %': percent(ofServer),
      'producer CPU %': percent(sent.cpuSeconds),
      'broker CPU %': percent(ofBroker),
      'others CPU %': percent(all - ofServer - ofBroker - own - sent.cpuSeconds),
      'idle CPU %': percent(availableParallelism() * sent.seconds - all),
      ...(await beside?.end()),
    };
  } finally {
    viewer?.close();
    producer.kill();
    await server?.stop();
    await removeTopic(broker.address, topic);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from when an event was to be sent: a producer that is held up hides nothing. And from when it was sent. */
function latencies({ paid }: Sent, viewer: FrameWatcher): Latency {
  const [fromDue, fromSent]: [number[], number[]] = [[], []];
  const measuredFromMs =
    Math.min(...paid.map(({ dueMs }) => dueMs[0] ?? Number.POSITIVE_INFINITY)) + WARM_UP_MS;
  for (const [partition, { dueMs, sentMs }] of paid.entries()) {
    const shownMs = viewer.shownMs(partition, dueMs.length);
    for (let n = 0; n < dueMs.length; n++) {
      if (dueMs[n]! < measuredFromMs) continue;
      fromDue.push(shownMs[n]! - dueMs[n]!);
      fromSent.push(shownMs[n]! - sentMs[n]!);
    }
  }
  const sorted = Float64Array.from(fromDue).sort();
  const sortedSent = Float64Array.from(fromSent).sort();
  const at = (values: Float64Array, share: number): number =>
    Math.round(values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN);
  return {
    samples: sorted.length,
    'p50 ms': at(sorted, 0.5),
    'p99 ms': at(sorted, 0.99),
    'max ms': at(sorted, 1),
    'p50 from sent': at(sortedSent, 0.5),
    'p99 from sent': at(sortedSent, 0.99),
  };
}

/** A zone in which no day begins or ends while this runs. */
function zoneAtNoon(now: Date): string {
  const ahead = 12 - now.getUTCHours();
  // POSIX: Etc/GMT-8 is eight hours ahead of UTC.
  return ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

async function said<Kind extends FromProducer['kind']>(
  producer: ChildProcess,
  kind: Kind,
): Promise<Extract<FromProducer, { kind: Kind }>> {
  const ended = once(producer, 'exit').then(([code]) => {
    throw new Error(`the producer ended with ${code}`);
  });
  const [message] = (await Promise.race([once(producer, 'message'), ended])) as [FromProducer];
  ended.catch(() => undefined);
  if (message.kind !== kind) throw new Error(`the producer says ${message.kind}, not ${kind}`);
  return message as Extract<FromProducer, { kind: Kind }>;
}

interface Server extends MeasuredServer {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

async function startServer(options: {
  readonly folder: string;
  readonly config: UserConfig;
  readonly broker: string;
  readonly topic: string;
}): Promise<Server> {
  const { folder, config, broker, topic } = options;
  if (!existsSync(join(PACKAGE, '.next', 'BUILD_ID'))) {
    const build = spawn(process.execPath, ['scripts/build.mjs'], { cwd: PACKAGE, stdio: 'inherit' });
    await once(build, 'exit');
  }
  const configFile = join(folder, 'gmv.config.mjs');
  writeFileSync(configFile, `export default ${JSON.stringify({ ...config, currency: CURRENCY })};\n`);
  const dataFolder = join(folder, 'data');
  const args = ['--source', 'kafka', '--brokers', broker, '--topic', topic];
  const child = spawn(process.execPath, [join(PACKAGE, 'dist', 'server.js'), ...args], {
    cwd: PACKAGE,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      GMV_DATA: dataFolder,
      GMV_CONFIG: configFile,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  };
  for (const untilMs = Date.now() + READY_WITHIN_MS; Date.now() < untilMs; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${printed}`);
    const url = /The board is at (\S+)/.exec(printed)?.[1];
    if (url === undefined) continue;
    const health = await fetch(`${url}/healthz`).catch(() => null);
    if (health?.ok) return { url, dataFolder, child, stop };
  }
  await stop();
  throw new Error(`the server is not ready after ${READY_WITHIN_MS / 1000} s:\n${printed}`);
}
