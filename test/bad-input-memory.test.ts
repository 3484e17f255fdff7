import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { duckdb, GOOD_ROWS, writeBadRows } from './bad-input-bed.ts';

const CLI = join(import.meta.dirname, '..', 'dist', 'cli.js');
const MIB = 1024 * 1024;

let folder = '';
let probe = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-bad-memory-'));
  probe = join(folder, 'probe.cjs');
  writeFileSync(
    probe,
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Replays as a user does; the peak is that of the process, all its threads. */
async function replayMeasured(file: string, ...args: string[]) {
  const peakFile = join(folder, 'peak');
  const child = spawn(
    process.execPath,
    ['-r', probe, CLI, 'replay', file, '--json', '--time-zone', 'UTC', ...args],
    {
      cwd: folder,
      env: { ...process.env, PEAK: peakFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const out = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    out.stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, ...out, peakMib: (Number(readFileSync(peakFile, 'utf8')) * 1024) / MIB };
}

describe('memory stays bounded', () => {
  it('under texts of 100 MB', async () => {
    const path = join(folder, 'long.parquet');
    const long = "repeat('0123456789', 10000000)";
    const bad = ['event_id', 'buyer_id', 'category', 'product_id'].map((name) => ({ [name]: long }));
    await writeBadRows({ path, bad, copyOptions: 'compression zstd' });
    const run = await replayMeasured(path);
    console.log(`texts of 100 MB: ${run.peakMib.toFixed(0)} MiB`);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({
      applied: GOOD_ROWS,
      rejected_by: {
        'text_too_long:event_id': 1,
        'text_too_long:buyer_id': 1,
        'text_too_long:category': 1,
        'text_too_long:product_id': 1,
      },
    });
    expect(run.peakMib).toBeLessThan(900);
  });

  it('under a column of which every value is another', async () => {
    const path = join(folder, 'bomb.parquet');
    await duckdb(`copy (
      select 'e-' || i as event_id, timestamp '2024-05-01' as event_time, 'created' as type, 'o' as order_id, 1 as line,
        'a product whose name is its number, which is ' || i as product_id, 1 as quantity, 1::bigint as amount_minor,
        'USD' as currency
      from range(2200000) t(i)
    ) to '${path}' (format parquet)`);
    const run = await replayMeasured(path);
    console.log(`2.2 M products: ${run.peakMib.toFixed(0)} MiB`);
    expect(run.stderr).toMatch(
      /bomb\.parquet hold more than 2,000,000 different values .* of "product_id"\. Check/,
    );
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.peakMib).toBeLessThan(1500);
  });
});
