import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  makeTopic,
  messagesFor,
  numberOf,
  openTestSource,
  sendTo,
  type TestSource,
  type TestSourceOptions,
} from './consume-bed.ts';
import { type Broker, bareKafka, skipped, startTestBroker } from './kafka-bed.ts';

const START_MS = 600_000;

let folder = '';
let broker: Broker;
beforeAll(async () => {
  if (skipped !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'gmv-kafka-away-'));
  broker = await startTestBroker(join(folder, 'broker'), 0);
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(async () => {
  if (skipped !== null) return;
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}, START_MS);

const port = (): number => Number(broker.address.split(':')[1]);
const startAgain = async (): Promise<void> => {
  broker = await startTestBroker(join(folder, 'broker'), port());
};

const opened: TestSource[] = [];
afterEach(async () => {
  for (const { source } of opened.splice(0)) await source.close();
});
function open(options: TestSourceOptions): TestSource {
  const reader = openTestSource(broker.address, options);
  opened.push(reader);
  return reader;
}

/** Numbers of each partition's rows, in the order in which they came. */
function numbersByPartition({ rows }: TestSource): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const row of rows) found.set(row.partition, [...(found.get(row.partition) ?? []), numberOf(row)]);
  return found;
}

/** That of 0 … count − 1 each partition got its third, in order, nothing twice. */
function expectAll(reader: TestSource, topic: string, count: number): void {
  const expected = new Map(
    [0, 1, 2].map((partition) => [
      `${topic}/${partition}`,
      Array.from({ length: count }, (_, i) => i).filter((n) => n % 3 === partition),
    ]),
  );
  const sorted = [...numbersByPartition(reader)].sort(([a], [b]) => a.localeCompare(b));
  expect(sorted).toEqual([...expected]);
}

it('every record comes once and in order though the broker is stopped, and killed, while it reads', async () => {
  const topic = 'survives';
  await makeTopic(bareKafka(broker.address), topic, 3);
  let sent = 0;
  const send = async (count: number): Promise<void> => {
    const messages = messagesFor(3, count, sent);
    await sendTo({ kafka: bareKafka(broker.address), topic, messages });
    sent += count;
  };
  await send(6_000);
  // When the broker goes the reader has some records in memory and some still to fetch.
  const reader = open({ topics: [topic], batchRows: 50, maxBufferedBytes: 150_000 });
  const lost = (): number => reader.events.filter(({ kind }) => kind === 'lost').length;

  await reader.until(() => reader.rows.length >= 1_000);
  await broker.stop();
  // First it may be told by the broker that this one leads nothing any more.
  await reader.until(() => /no Kafka broker answers at/.test(reader.source.problem() ?? ''));
  expect(lost()).toBeGreaterThan(0);
  expect(reader.source.partitions().some(({ idle }) => idle)).toBe(false);
  expect(reader.rows.length).toBeLessThan(6_000);
  // One that begins meanwhile waits, says nothing twice, and can be closed.
  const other = open({ topics: [topic] });
  await other.until(() => other.events.length > 0);
  const forMs = Date.now() + 1_000;
  await other.until(() => Date.now() > forMs);
  // Why none answers may change, such as from a time that ran out to a port where nobody listens.
  const said = other.events.map(({ kind, message }) => `${kind}: ${message}`);
  expect(said).toEqual([...new Set(said)]);
  for (const line of said) {
    expect(line).toMatch(/^lost: /);
    expect(line).toContain(`no Kafka broker answers at ${broker.address}`);
  }
  await closesSoon(open({ topics: [topic] }));
  await startAgain();
  await reader.until(() => reader.source.problem() === null);
  await other.until(() => other.rows.length >= 6_000);
  expectAll(other, topic, 6_000);
  await other.source.close();

  await send(6_000);
  const before = lost();
  await reader.until(() => reader.rows.length >= 7_000);
  await broker.kill();
  await reader.until(() => lost() > before);
  expect(reader.rows.length).toBeLessThan(12_000);
  await startAgain();
  await send(300);
  await reader.until(() => reader.rows.length >= sent);
  await reader.until(() => reader.source.partitions().every(({ idle }) => idle));
  await reader.until(() => reader.source.problem() === null);
  expectAll(reader, topic, sent);
});

it('a broker that has stopped answering, its connections still open, is noticed and left, and read on from when it wakes', async () => {
  const topic = 'stalls';
  const kafka = bareKafka(broker.address);
  await makeTopic(kafka, topic, 3);
  await sendTo({ kafka, topic, messages: messagesFor(3, 300) });
  const reader = open({ topics: [topic], answerMs: 1_000 });
  await reader.until(() => reader.rows.length >= 300);
  process.kill(-broker.pid, 'SIGSTOP');
  try {
    const sinceMs = Date.now();
    await reader.until(() => reader.events.some(({ kind }) => kind === 'lost'));
    // Before it would be without that option.
    expect(Date.now() - sinceMs).toBeLessThan(9_000);
    // Nor does its own end hang on it.
    const other = open({ topics: [topic], answerMs: 60_000 });
    await other.source.poll();
    await closesSoon(other);
  } finally {
    process.kill(-broker.pid, 'SIGCONT');
  }
  await sendTo({ kafka, topic, messages: messagesFor(3, 300, 300) });
  await reader.until(() => reader.rows.length >= 600);
  expectAll(reader, topic, 600);
});

it('the first of several addresses that answers is taken, also where another accepts and is silent', async () => {
  // It sees it when the other side hangs up.
  const silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const silentPort = typeof address === 'object' ? address?.port : 0;
  const kafka = bareKafka(broker.address);
  await makeTopic(kafka, 'found', 3);
  await sendTo({ kafka, topic: 'found', messages: messagesFor(3, 30) });
  const brokers = ['127.0.0.1:1', `127.0.0.1:${silentPort}`, broker.address];
  const reader = open({ topics: ['found'], connection: { brokers }, answerMs: 500 });
  await reader.until(() => reader.rows.length >= 30);
  expectAll(reader, 'found', 30);
  await reader.source.close();
  silent.close();
});

it('an address without a port is one error that says so', async () => {
  const reader = open({ topics: ['found'], connection: { brokers: [broker.address, 'localhost'] } });
  await expect(reader.until(() => false)).rejects.toMatchObject({
    code: 'kafka_address',
    message: 'localhost is no address of a broker. Name brokers as host:port.',
  });
});

it('a closed source leaves no connection behind', async () => {
  const kafka = bareKafka(broker.address);
  await makeTopic(kafka, 'closes', 1);
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => /TCP/.test(name)).length;
  // Those of tests before may take a moment to go.
  await expect.poll(sockets).toBe(0);
  const reader = open({ topics: ['closes'] });
  await reader.until(() => reader.source.partitions().some(({ idle }) => idle));
  expect(sockets()).toBeGreaterThan(0);
  await closesSoon(reader);
  await expect.poll(sockets).toBe(0);
});

/** Without waiting for a broker's answer, for which there would be more time. */
async function closesSoon({ source }: TestSource): Promise<void> {
  const sinceMs = Date.now();
  await source.close();
  expect(Date.now() - sinceMs).toBeLessThan(9_000);
}
