import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, orderEvent, orderLine } from './builders.ts';
import { DUCKDB_COLUMNS, writeDuckDbFile, writeOrderFile } from './event-files.ts';
import { replayAsJson, runGmv } from './run-gmv.ts';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const events = Array.from({ length: 300 }, (_, i) =>
  orderLine(['created', 'paid'], {
    order_id: `o${i}`,
    event_time: at('2024-05-01T12:00:00Z') + i * 3_600_000,
  }),
).flat();
let folder = '';
const inFolder = (name: string): string => join(folder, name);
const without = (column: string): string =>
  `* replace (make_timestamp(event_time * 1000) as event_time) exclude (${column})`.replace(
    /^\* (replace .*) (exclude .*)$/,
    '* $2 $1',
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-errors-'));
  await writeOrderFile(inFolder('good.parquet'), events, 100);
  await writeOrderFile(inFolder('no-rows.parquet'), []);
  const bytes = readFileSync(inFolder('good.parquet'));
  writeFileSync(inFolder('cut.parquet'), bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  writeFileSync(inFolder('text.parquet'), 'event_id,event_time\n1,2\n');
  writeFileSync(inFolder('zero-bytes.parquet'), '');
  const damaged = Buffer.from(bytes);
  damaged.fill(0xff, 4, 4000);
  writeFileSync(inFolder('damaged.parquet'), damaged);
  await writeDuckDbFile({ path: inFolder('no-amount.parquet'), events, select: without('amount_minor') });
  await writeDuckDbFile({ path: inFolder('no-buyer.parquet'), events, select: without('buyer_id') });
  const asDouble = `* replace (make_timestamp(event_time * 1000) as event_time, amount_minor / 100 as amount_minor)`;
  await writeDuckDbFile({ path: inFolder('double.parquet'), events, select: asDouble });
  mkdirSync(inFolder('empty-folder'));
  mkdirSync(inFolder('mixed'));
  copyFileSync(inFolder('good.parquet'), inFolder('mixed/a.parquet'));
  writeFileSync(inFolder('mixed/b.parquet'), bytes.subarray(0, 500));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is wrong → arguments, and what the message names. */
const FAILURES: readonly (readonly [string, readonly string[], readonly RegExp[]])[] = [
  ['a missing file', ['nowhere.parquet'], [/nowhere\.parquet/]],
  ['a glob without a match', ['none-*.parquet'], [/none-\*\.parquet/]],
  ['a folder without Parquet', ['empty-folder'], [/empty-folder/]],
  ['a file of zero bytes', ['zero-bytes.parquet'], [/zero-bytes\.parquet.*empty/]],
  ['a file that is no Parquet', ['text.parquet'], [/text\.parquet.*not a Parquet file/]],
  ['a truncated file', ['cut.parquet'], [/cut\.parquet.*cut short/]],
  ['a damaged row group', ['damaged.parquet', '--currency', 'USD'], [/damaged\.parquet, row group 0/]],
  [
    'a damaged row group on threads',
    ['damaged.parquet', '--threads', '2', '--currency', 'USD'],
    [/damaged\.parquet, row group 0/],
  ],
  ['a missing column', ['no-amount.parquet'], [/no-amount\.parquet/, /amount_minor/]],
  ['a wrong type', ['double.parquet'], [/double\.parquet/, /amount_minor/]],
  ['one bad file among good ones', ['mixed'], [/mixed\/b\.parquet/]],
];

const WRONG_USAGE: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['no file', [], /missing required argument/],
  ['an unknown zone', ['good.parquet', '--time-zone', 'Mars/Olympus'], /Mars\/Olympus.*IANA/],
  ['a malformed currency', ['good.parquet', '--currency', 'dollars'], /dollars.*ISO 4217/],
  ['no number of threads', ['good.parquet', '--threads', 'many'], /many.*integer/],
  ['zero threads', ['good.parquet', '--threads', '0'], /integer from 1/],
  ['a negative top', ['good.parquet', '--top', '-1'], /top/],
  ['an unknown option', ['good.parquet', '--jsn'], /--jsn/],
];

describe('gmv replay', () => {
  it.each(FAILURES)('names %s, prints nothing on stdout and exits with 1', async (_what, args, named) => {
    const { code, stdout, stderr } = await runGmv(['replay', ...args, '--json'], { folder });
    for (const name of named) expect(stderr).toMatch(name);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it.each(WRONG_USAGE)('refuses %s with exit code 2', async (_what, args, named) => {
    const { code, stdout, stderr } = await runGmv(['replay', ...args], { folder });
    expect(stderr).toMatch(named);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('shows a stack trace only with --debug', async () => {
    const { stderr } = await runGmv(['replay', 'cut.parquet', '--debug'], { folder });
    expect(stderr).toMatch(/^\s+at /m);
  });

  it.skipIf(!existsSync('/dev/full'))('says so, and fails, when its output has no room', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [CLI, 'replay', 'good.parquet', '--json'], {
      cwd: folder,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect(stderr).toMatch(/^gmv: The result can't be written to stdout \(ENOSPC\)\.$/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

  it('gives zeros and empty lists for a file without rows', async () => {
    const answer = await replayAsJson(['no-rows.parquet', '--time-zone', 'UTC'], { folder });
    expect(answer).toMatchObject({
      rows: 0,
      applied: 0,
      rejected_by: {},
      totals: { gmv: 0, orders: 0, aov: null },
    });
    expect(answer.by).toMatchObject({ hour: [], day: [], month: [], product: [], hour_of_day: [] });
  });

  it('takes the first file that has rows for the currency', async () => {
    const answer = await replayAsJson(['no-rows.parquet', 'good.parquet', '--time-zone', 'UTC'], { folder });
    expect(answer).toMatchObject({ rows: events.length, applied: events.length });
  });

  it('reads a nullable column that the file lacks as null', async () => {
    const answer = await replayAsJson(['no-buyer.parquet', '--time-zone', 'UTC'], { folder });
    expect(answer).toMatchObject({ applied: events.length, totals: { orders: 300, buyers: 0 } });
  });

  it('rejects every event in another currency by that reason', async () => {
    const answer = await replayAsJson(['good.parquet', '--currency', 'EUR'], { folder });
    expect(answer).toMatchObject({ applied: 0, rejected_by: { currency: events.length } });
  });

  it('takes the first currency that is one: a broken first row does not decide for all others', async () => {
    const currencies = [null, 'usd', 'XXX1', 'EUR', 'USD'];
    const rows = currencies.map((currency, i) => orderEvent({ order_id: `o${i}`, currency }));
    await writeOrderFile(inFolder('broken-first.parquet'), rows);
    const answer = await replayAsJson(['broken-first.parquet'], { folder });
    expect(answer).toMatchObject({ applied: 1, rejected_by: { 'null:currency': 1, currency: 3 } });
  });

  it('says so when no row has a currency, and what stands there instead', async () => {
    const rows = [null, 'usd', 'XXX1'].map((currency, i) => orderEvent({ order_id: `o${i}`, currency }));
    await writeOrderFile(inFolder('no-currency.parquet'), rows);
    const { code, stderr } = await runGmv(['replay', 'no-currency.parquet'], { folder });
    expect(stderr).toMatch(
      /No row of .*no-currency\.parquet has a currency .* but "usd", "XXX1"\. .*--currency/,
    );
    expect(code).toBe(1);
  });

  it('takes zone and own dimensions from gmv.config.ts', async () => {
    mkdirSync(inFolder('configured'));
    const config = `export default { timeZone: 'Asia/Tokyo', dimensions: [
      { name: 'kind', title: { en: 'Kind', 'zh-CN': '类型' }, column: 'type' }] };`;
    writeFileSync(inFolder('configured/gmv.config.ts'), config);
    const answer = await replayAsJson([inFolder('good.parquet')], { folder: inFolder('configured') });
    expect(answer.time_zone).toBe('Asia/Tokyo');
    expect(answer.by.kind).toMatchObject([
      { kind: 'paid', orders: 300, created_orders: 0 },
      { kind: 'created', orders: 0, created_orders: 300 },
    ]);
  });

  it('names a setting of gmv.config.ts that is wrong', async () => {
    mkdirSync(inFolder('misconfigured'));
    writeFileSync(inFolder('misconfigured/gmv.config.ts'), `export default { timeZone: 'Mars' };`);
    const run = await runGmv(['replay', inFolder('good.parquet')], { folder: inFolder('misconfigured') });
    expect(run.stderr).toMatch(/timeZone.*IANA/);
    expect(run).toMatchObject({ code: 1, stdout: '' });
  });

  it('prints a table for people without --json', async () => {
    const { code, stdout, stderr } = await runGmv(['replay', 'good.parquet', '--time-zone', 'UTC'], {
      folder,
    });
    expect(stdout).toMatch(/GMV +3,000\.00/);
    expect(stdout).toMatch(/2024-05/);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('ends quietly when its reader stops early', async () => {
    const child = spawn(process.execPath, [CLI, 'replay', 'good.parquet', '--json'], { cwd: folder });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('gmv', () => {
  it('lists its commands, its version and the columns', async () => {
    expect((await runGmv(['--help'], { folder })).stdout).toMatch(/replay[\s\S]*schema[\s\S]*plan/);
    expect((await runGmv(['--version'], { folder })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { stdout } = await runGmv(['schema'], { folder });
    for (const column of Object.keys(DUCKDB_COLUMNS)) expect(stdout).toContain(column);
  });

  it('names the same plan as its replays', async () => {
    const plan = JSON.parse((await runGmv(['plan', '--json', '--time-zone', 'UTC'], { folder })).stdout);
    const answer = await replayAsJson(['good.parquet', '--time-zone', 'UTC'], { folder });
    expect(answer.plan).toBe(plan.fingerprint);
  });
});
