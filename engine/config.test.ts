import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { defaultCatalogue } from './definitions/catalogue.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test('without a file everything has its default', async () => {
  expect(await loadConfig(folder, {} as NodeJS.ProcessEnv)).toEqual({
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    dataFolder: join(folder, 'data'),
    host: '127.0.0.1',
    port: 3000,
    source: 'simulator',
    kafka: {
      brokers: ['127.0.0.1:9092'],
      topics: ['orders'],
      start: 'earliest',
      ssl: false,
      idleAfterSeconds: 60,
      ownThread: true,
      mapping: {},
    },
    live: {
      checkpointEverySeconds: 10,
      keepCheckpoints: 3,
      archive: { keepDays: null, keepBytes: null },
    },
    simulator: { seed: 11, eventsPerSecond: 50, sampleEvents: 2_000_000 },
    datasets: {},
    backfill: {
      threads: null,
      tonight: { from: '01:00', to: '06:00' },
      keepGenerations: 3,
      keepGenerationsDays: 30,
      keepJobs: 500,
      keepJobsDays: 365,
    },
    access: { sessionHours: 12 },
    configFolder: folder,
    catalogue: defaultCatalogue,
  });
});

test('PORT, HOST and GMV_DATA win over the file, GMV_CONFIG names another file', async () => {
  write('gmv.config.ts', "export default { timeZone: 'UTC', port: 4000 };");
  write('other.ts', "export default { timeZone: 'Asia/Tokyo', port: 4001, host: 'localhost' };");
  const env = { PORT: '5000', GMV_DATA: 'elsewhere' } as unknown as NodeJS.ProcessEnv;
  const dataFolder = join(folder, 'elsewhere');
  expect(await loadConfig(folder, env)).toMatchObject({ timeZone: 'UTC', port: 5000, dataFolder });
  const other = await loadConfig(folder, { ...env, GMV_CONFIG: 'other.ts' });
  expect(other).toMatchObject({ timeZone: 'Asia/Tokyo', port: 5000, host: 'localhost' });
});

test('what the server was started with wins over everything, and what is unknown is refused', async () => {
  write('gmv.config.ts', "export default { kafka: { brokers: ['a:1'], mapping: { line: 'n' } } };");
  const load = (...args: string[]) => loadConfig(folder, {} as NodeJS.ProcessEnv, args);
  const args = ['--source', 'kafka', '--brokers', 'b:2, c:3', '--topic', 'orders,refunds', '--topic', 'more'];
  expect(await load(...args, '--start', '2026-11-11T00:00:00+08:00')).toMatchObject({
    source: 'kafka',
    kafka: {
      brokers: ['b:2', 'c:3'],
      topics: ['orders', 'refunds', 'more'],
      start: { at: '2026-11-11T00:00:00+08:00' },
      mapping: { line: 'n' },
    },
  });
  expect(await load('--start', 'latest')).toMatchObject({ kafka: { start: 'latest', brokers: ['a:1'] } });
  await expect(load('--sauce', 'kafka')).rejects.toThrow(/--sauce.*Use --source/);
  await expect(load('--source', 'pulsar')).rejects.toThrow(/source: /);
  await expect(load('--brokers', 'nowhere')).rejects.toThrow(/kafka\.brokers\.0: is not host:port/);
  await expect(load('--start', 'yesterday')).rejects.toThrow(/kafka\.start/);
});

test('definitions are added to the built-in ones', async () => {
  write(
    'gmv.config.ts',
    "export default { rollups: [{ name: 'mine', by: null, slice: 'hour', metrics: ['gmv'] }] };",
  );
  const { catalogue } = await loadConfig(folder, {} as NodeJS.ProcessEnv);
  expect(catalogue.rollups.map(({ name }) => name)).toEqual([
    ...defaultCatalogue.rollups.map(({ name }) => name),
    'mine',
  ]);
});

test.each([
  ["{ timeZone: 'Mars/Base' }", /timeZone: is not an IANA time zone/],
  ['{ port: 70000 }', /port: /],
  ["{ colour: 'red' }", /colour/],
  ['{ simulator: { eventsPerSecond: 5 } }', /simulator\.eventsPerSecond: /],
])('a wrong setting is refused by name: %s', async (config, message) => {
  write('gmv.config.ts', `export default ${config};`);
  await expect(loadConfig(folder, {} as NodeJS.ProcessEnv)).rejects.toThrow(message);
});

test('a file that GMV_CONFIG names and that is not there is an error', async () => {
  const env = { GMV_CONFIG: 'gone.ts' } as unknown as NodeJS.ProcessEnv;
  await expect(loadConfig(folder, env)).rejects.toThrow(/gone\.ts can't be read/);
});
