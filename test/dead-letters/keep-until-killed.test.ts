import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import {
  type DeadLettersPart,
  deadLettersPartSchema,
  emptyPart,
} from '../../engine/dead-letters/dead-letters-part.ts';
import { readLetters } from '../../engine/dead-letters/read-letters.ts';
import { createRandom } from '../builders.ts';
import { runAndKill } from '../run-and-kill.ts';

const KILLS = 25;
/** A busy machine keeps few letters in so short lives. */
const MOST_KILLS = 200;

it('loses no letter and doubles none, killed with kill -9 at any instant', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-letters-killed-'));
  const seed = Date.now() % 1_000_000;
  const random = createRandom(seed);
  const script = join(folder, 'keep.mjs');
  try {
    const source = fileURLToPath(new URL('./keep-until-killed.ts', import.meta.url));
    await build({ entryPoints: [source], outfile: script, bundle: true, platform: 'node', format: 'esm' });
    let [before, expired] = [0, 0];
    for (let kill = 0; kill < KILLS || (expired === 0 && kill < MOST_KILLS); kill++) {
      const announced = await runAndKill([script, folder], random() * 60);
      const { nextOffset, part } = manifestOf(folder);
      const where = `seed ${seed}, kill ${kill}, offsets below ${nextOffset}`;
      expect(nextOffset, where).toBeGreaterThanOrEqual(Math.max(announced, before));
      const found: number[] = [];
      for await (const { letter } of readLetters({ folder: join(folder, 'letters'), part })) {
        expect(letter.text, where).toBe(`{"offset":${letter.offset}}`);
        found.push(Number(letter.offset));
      }
      const bad = Array.from({ length: Math.ceil(nextOffset / 3) }, (_, i) => i * 3);
      expect(found, where).toEqual(bad.slice(part.expired));
      expect([part.lost, part.notKept], where).toEqual([0, 0]);
      [before, expired] = [nextOffset, part.expired];
    }
    expect(expired, 'old letters made room').toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'letters')).length).toBeLessThan(30);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function manifestOf(folder: string): { readonly nextOffset: number; readonly part: DeadLettersPart } {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return { nextOffset: 0, part: emptyPart() };
  const { nextOffset, part } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly nextOffset: number;
    readonly part: unknown;
  };
  return { nextOffset, part: deadLettersPartSchema.parse(part) };
}
