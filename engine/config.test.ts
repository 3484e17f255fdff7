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
    simulator: { seed: 11, eventsPerSecond: 50, sampleEvents: 2_000_000 },
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
