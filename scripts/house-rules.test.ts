import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOUSE_RULES, packageFiles, violationsOf } from './house-rules.mjs';

const rulesBroken = (path: string, text: string): string[] =>
  violationsOf(path, text).map((line) => line.split(' ')[1] ?? line);

/** Put together here so that this file keeps the rules itself. */
const home = ['', 'home', 'someone', 'orders.parquet'].join('/');
const registry = ['https:/', 'registry.example.org', 'left-pad'].join('/');
const longText = 'const x = 1;\n'.repeat(301);

const offences: Record<string, [path: string, text: string]> = {
  'file-length': ['engine/store/view.ts', longText],
  environment: ['engine/hub/hub.ts', 'const port = process.env.PORT;\n'],
  'machine-paths': ['README.md', `Open ${home} first.\n`],
  'registry-hosts': ['.npmrc', `registry=${registry}\n`],
};

test.each(HOUSE_RULES.map(({ name }) => name))('the rule %s bites', (name) => {
  const [path, text] = offences[name] ?? ['', ''];
  expect(rulesBroken(path, text)).toEqual([`${name}:`]);
});

test('a long file may say why it is long', () => {
  expect(rulesBroken('engine/store/view.ts', `/** Long because: one table. */\n${longText}`)).toEqual([]);
});

test('a file of exactly 300 lines is not long', () => {
  expect(rulesBroken('engine/store/view.ts', 'const x = 1;\n'.repeat(300))).toEqual([]);
});

test('configuration, tests and scripts may read the environment', () => {
  for (const path of [
    'engine/config.ts',
    'engine/config.test.ts',
    'scripts/start.mjs',
    'playwright.config.ts',
  ])
    expect(rulesBroken(path, 'process.env.PORT\n')).toEqual([]);
});

test('paths inside an address or below the package are no machine paths', () => {
  expect(rulesBroken('README.md', 'http://localhost:3000/home/page and ./work/main\n')).toEqual([]);
});

test('the name and line of the offending file are said', () => {
  expect(violationsOf('README.md', `Fine.\n${home}\n`)[0]).toMatch(/^README\.md:2 machine-paths: /);
});

test('files that .gitignore names are not looked at', () => {
  const root = mkdtempSync(join(tmpdir(), 'gmv-files-'));
  try {
    writeFileSync(join(root, '.gitignore'), 'node_modules/\n*.log\n');
    mkdirSync(join(root, 'node_modules'));
    mkdirSync(join(root, 'engine'));
    for (const path of ['node_modules/a.ts', 'engine/b.ts', 'c.log', 'd.md'])
      writeFileSync(join(root, path), '');
    expect(packageFiles(root)).toEqual(['.gitignore', 'd.md', 'engine/b.ts']);
  } finally {
    rmSync(root, { recursive: true });
  }
});
