import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', 'scripts', 'fuzz.mjs');
const MUTATIONS = 100_000;

function fuzz(...args: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

it(`${MUTATIONS} damaged files crash nothing, hang nothing, and change no figure without a word`, async () => {
  const { code, output } = await fuzz('--mutations', String(MUTATIONS), '--threads', '1');
  console.log(output);
  expect(output).toMatch(/\n0 failures\n$/);
  expect(code).toBe(0);
  const counted = [
    ...output.matchAll(/^ {2}(?:refused|unchanged|changed)[^:\n]*(?:: parquet_\w+|: \w+)?: (\d+)$/gm),
  ];
  expect(counted.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(MUTATIONS);
}, 1_800_000);
