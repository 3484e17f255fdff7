import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { letHeapsGrow } from './let-heaps-grow.ts';

test('the flag is one that this Node’s V8 has', async () => {
  letHeapsGrow();
  const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
  expect(stdout).toContain('--heap-growing-percent ');
});
