import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { runAndKill } from '../../test/run-and-kill.ts';
import { openCheckpoints } from './open-checkpoints.ts';
import type { NumberedContents } from './write-until-killed.ts';

const KILLS = 25;
/** A checkpoint of 4 MB: most of the time is spent within a file. */
const WORDS = 1_000_000;

it('holds a whole checkpoint, none older than the last that was told, after kill -9 at any instant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-checkpoints-killed-'));
  const script = join(folder, 'write-until-killed.mjs');
  const checkpointFolder = join(folder, 'checkpoints');
  await build({
    entryPoints: [fileURLToPath(new URL('./write-until-killed.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  try {
    let told = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = told;
      // Anywhere within the writing of the next few.
      told = await runAndKill([script, checkpointFolder, String(WORDS)], (kill * 7) % 40);
      expect(told).toBeGreaterThan(before);

      const checkpoints = await openCheckpoints<NumberedContents>({ folder: checkpointFolder });
      const found = await checkpoints.newest();
      expect(found?.skipped).toEqual([]);
      const number = found?.checkpoint.snapshot.number ?? 0;
      expect(number).toBeGreaterThanOrEqual(told);
      expect(found?.checkpoint).toMatchObject({
        takenAtMs: number,
        plan: { fingerprint: String(number) },
        offsets: { p: String(number) },
        parts: { keeper: number },
      });
      expect(found?.checkpoint.snapshot.words.every((word) => word === number)).toBe(true);
      const kept = checkpoints.manifests();
      expect(kept.length).toBeLessThanOrEqual(4);
      expect(kept.every(({ state }) => existsSync(join(checkpointFolder, state.file)))).toBe(true);
      expect(readdirSync(checkpointFolder)).toHaveLength(2 * kept.length);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
