import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { History } from '../engine/history/history.ts';
import { HISTORY_VERSION } from '../engine/history/history-file.ts';
import { openHistory } from '../engine/history/open-history.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { toldBy } from './history-files/told-by.ts';

const files = fileURLToPath(new URL('./history-files/', import.meta.url));
const formats = readdirSync(files).filter((name) => /^v\d+$/.test(name));
const copies = mkdtempSync(join(tmpdir(), 'gmv-golden-history-'));
afterAll(() => rmSync(copies, { recursive: true }));

const json = (format: string, name: string): unknown =>
  JSON.parse(readFileSync(join(files, format, name), 'utf8'));
const planOf = (format: string): Plan => json(format, 'plan.json') as Plan;

/** A copy of the format's file, opened by `plan`. */
async function opened<T>(
  format: string,
  plan: Plan,
  use: (history: History, path: string) => Promise<T>,
): Promise<T> {
  const path = join(copies, `${format}.duckdb`);
  writeFileSync(path, gunzipSync(readFileSync(join(files, format, 'history.duckdb.gz'))));
  const history = await openHistory({ path, plan, clock: () => Date.UTC(2024, 9, 29) });
  try {
    return await use(history, path);
  } finally {
    await history.close();
  }
}

describe('a history that was written by earlier software', () => {
  it('is kept for every format there was', () => {
    expect(formats.sort()).toEqual(Array.from({ length: HISTORY_VERSION }, (_, i) => `v${i + 1}`));
  });

  it.each(formats)('%s: tells what it told then, also when it is opened again', async (format) => {
    const plan = planOf(format);
    const path = await opened(format, plan, async (history, at) => {
      expect(await toldBy({ history, plan })).toEqual(json(format, 'told.json'));
      return at;
    });
    const again = await openHistory({ path, plan, clock: () => Date.UTC(2024, 9, 29) });
    expect(await toldBy({ history: again, plan })).toEqual(json(format, 'told.json'));
    expect(await again.undo('2024-10-26')).toBe(1);
    await expect(again.undo('2024-10-26')).rejects.toThrow(
      /generation 1 of 2024-10-26 has no generation before it/,
    );
    await again.close();
  });

  it.each(formats)('%s: knows what its figures mean, where its plan is still the one', async (format) => {
    const plan = planOf(format);
    const stale = (history: History) =>
      history.jobs.published({}).then((days) => days.map(({ staleMetrics }) => staleMetrics));
    expect(await opened(format, plan, stale)).toEqual([[], [], []]);
    const other = { ...plan, fingerprint: 'another' };
    const all = [...plan.additive, ...plan.distinct].map(({ metric }) => metric);
    const unknown = format === 'v1' ? all : [];
    expect(await opened(format, other, stale)).toEqual([unknown, unknown, unknown]);
  });
});
