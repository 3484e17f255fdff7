import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isFree } from '../../scripts/free-port.mjs';
import { runGmv } from '../run-gmv.ts';
import { withAdmin } from './consume-bed.ts';
import { bareKafka, readTopic, skipped, startTestBroker } from './kafka-bed.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/kafka.mjs', import.meta.url));
/** The first start may fetch Kafka. */
const LONG = 600_000;

let folder = '';
beforeEach(({ skip }) => {
  skip(skipped !== null, skipped ?? '');
  folder = mkdtempSync(join(tmpdir(), 'gmv-kafka-command-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function kafkaCommand(...args: string[]) {
  const child = spawn(process.execPath, [SCRIPT, '--data', join(folder, 'broker'), ...args]);
  started.push(child);
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output.text += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const address = async (): Promise<string> => {
    for (;;) {
      const [, found] = /answers at (\S+);/.exec(output.text) ?? [];
      if (found) return found;
      if (child.exitCode !== null) throw new Error(output.text);
      await sleep(100);
    }
  };
  return { child, output, ended, address };
}

const answers = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':');
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

it(
  'the command names the next step, keeps its data, and leaves no broker behind, however it ends',
  async () => {
    const first = kafkaCommand('--port', '0');
    const address = await first.address();
    expect(first.output.text).toContain(
      `gmv -- produce simulator --topic orders --rate 100 --brokers ${address}`,
    );
    const args = ['produce', 'simulator', '--topic', 'kept', '--limit', '300', '--brokers', address];
    expect((await runGmv(args, { folder })).code).toBe(0);
    first.child.kill('SIGKILL');
    await first.ended;
    for (const untilMs = Date.now() + 120_000; await answers(address); await sleep(200)) {
      expect(Date.now()).toBeLessThan(untilMs);
    }

    const second = kafkaCommand('--port', '0');
    const again = await second.address();
    expect((await readTopic(bareKafka(again), 'kept')).length).toBe(300);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    expect(await answers(again)).toBe(false);
  },
  LONG,
);

it(
  'the command says in one line that its port is taken',
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { ended, output } = kafkaCommand('--port', port);
    expect(await ended).toBe(1);
    expect(output.text).toContain(`kafka: Port ${port} is taken: end what listens there, or choose another`);
    expect(
      output.text
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('kafka:')).length,
    ).toBe(1);
    server.close();
  },
  LONG,
);

it(
  'a broker that is killed under a producer and comes back has every event once',
  async () => {
    const data = join(folder, 'broker');
    const broker = await startTestBroker(data, 0);
    const { address } = broker;
    const args = [
      'simulator',
      '--topic',
      'survives',
      '--rate',
      '1000',
      '--limit',
      '4000',
      '--brokers',
      address,
    ];
    const sending = runGmv(['produce', ...args], { folder });
    await withAdmin(bareKafka(address), async (admin) => {
      const sent = async (): Promise<boolean> =>
        (await admin.fetchTopicOffsets('survives')).some(({ high }) => high !== '0');
      // The topic comes with the first of them.
      while (!(await sent().catch(() => false))) await sleep(50);
    });
    const port = Number(address.split(':')[1]);
    await broker.kill();
    expect(await isFree(port)).toBe(true);
    const next = await startTestBroker(data, port);
    try {
      const { code, stderr } = await sending;
      expect(stderr.replace(/^.*behind schedule\n/gm, '')).toBe('');
      expect(code).toBe(0);
      const records = await readTopic(bareKafka(next.address), 'survives');
      expect(records.length).toBe(4_000);
    } finally {
      await next.stop();
    }
  },
  LONG,
);
