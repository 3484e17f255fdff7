import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand, tool } from './run-command.mjs';

/** Inside the package, so that the tests written here find vitest. */
let folder: string;

beforeAll(() => {
  mkdirSync(join(import.meta.dirname, '..', 'dist'), { recursive: true });
  folder = mkdtempSync(join(import.meta.dirname, '..', 'dist', 'counts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = {
  'mixed.test.ts': `
    import { expect, test } from 'vitest';
    test('right', () => {});
    test('wrong', () => expect(1).toBe(2));
    test('left out', (context) => context.skip('no data'));`,
  'hook.test.ts': `
    import { beforeAll, test } from 'vitest';
    beforeAll(() => { throw new Error('no server'); });
    test('never run', () => {});`,
  'broken.test.ts': "import './gone.ts';",
};

test('a failing test or hook, a file that does not load and a skipped test are told apart', async () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  const report = join(folder, 'report.json');
  const reporter = JSON.stringify([[join(import.meta.dirname, 'vitest-counts.mjs'), { outputFile: report }]]);
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default { test: { reporters: ${reporter} } };`);
  const { code } = await runCommand(process.execPath, [tool('vitest/vitest.mjs'), 'run', '--root', folder]);
  expect(code).not.toBe(0);
  expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual({
    passed: 1,
    failed: 3,
    skipped: expect.arrayContaining([
      { name: 'mixed.test.ts > left out', reason: 'no data' },
      { name: 'hook.test.ts > never run', reason: 'a hook before it failed' },
    ]),
  });
});
