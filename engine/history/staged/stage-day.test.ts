import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { zeroCounts } from '../../events/counts.ts';
import { stageDay } from './stage-day.ts';

const NOTHING = { day: '2010-12-01', rollups: [], counts: zeroCounts() };

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-stage-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('names the day and the folder that can’t be written, and leaves nothing', async () => {
  const folder = tempFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const staged = stageDay(NOTHING, join(file, '1'));
  await expect(staged).rejects.toMatchObject({ code: 'history_stage', retriable: true });
  await expect(staged).rejects.toThrow(/figures of 2010-12-01 can't be put into .*file\/1/);
});

it('refuses a figure that is no whole number, and leaves nothing', async () => {
  const folder = join(tempFolder(), '1');
  mkdirSync(folder);
  const cells = {
    metrics: ['gmv'],
    key: Uint32Array.of(0),
    slot: Uint16Array.of(3),
    values: [Float64Array.of(0.5)],
  };
  const rollups = [{ rollup: 'total', keys: [null], cells, distinct: [] }];
  await expect(stageDay({ ...NOTHING, rollups }, folder)).rejects.toThrow(/gmv.*0\.5/);
  expect(existsSync(folder)).toBe(false);
});
