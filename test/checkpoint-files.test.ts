import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_VERSION } from '../engine/checkpoints/manifest.ts';
import { openCheckpoints } from '../engine/checkpoints/open-checkpoints.ts';
import { type GoldenContents, toldBy } from './checkpoint-files/golden-checkpoint.ts';

const files = fileURLToPath(new URL('./checkpoint-files/', import.meta.url));
const formats = readdirSync(files).filter((name) => /^v\d+$/.test(name));
const copies = mkdtempSync(join(tmpdir(), 'gmv-golden-'));
afterAll(() => rmSync(copies, { recursive: true }));

describe('a checkpoint that was written by earlier software', () => {
  it('is kept for every format there was', () => {
    expect(formats.sort()).toEqual(Array.from({ length: CHECKPOINT_VERSION }, (_, i) => `v${i + 1}`));
  });

  it.each(formats)('%s: is read, and tells what it told then', async (format) => {
    const folder = join(copies, format);
    cpSync(join(files, format), folder, { recursive: true });
    const checkpoints = await openCheckpoints<GoldenContents>({ folder });
    const found = await checkpoints.newest();
    expect(found?.skipped).toEqual([]);
    const { plan, snapshot, ...rest } = found?.checkpoint ?? {};
    expect(rest).toEqual({
      id: 1,
      takenAtMs: Date.UTC(2024, 9, 28),
      offsets: { 'orders/0': '200', 'orders/1': '9007199254740993' },
      parts: { archive: { file: 'day=2024-10-27/1.parquet' } },
      runFacts: { watermarkMs: snapshot?.watermarkMs },
    });
    if (!plan || !snapshot) throw new Error('the checkpoint has no state');
    expect(toldBy({ plan, snapshot })).toEqual(
      JSON.parse(readFileSync(join(files, format, 'told.json'), 'utf8')),
    );
  });
});
