import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completeLock, missingOptionalPackages } from './complete-lock.mjs';

test('package-lock.json names the optional packages of every platform, as npm ci demands', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'));
  expect(missingOptionalPackages(lock), 'run node scripts/complete-lock.mjs').toEqual([]);
});

test('a package of another platform is added with what it needs to be passed over here', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/tool': { version: '1.2.3', optionalDependencies: { '@tool/linux-arm64-musl': '1.2.3' } },
    },
  };
  expect(completeLock(lock).packages).toEqual({
    '': {},
    'node_modules/@tool/linux-arm64-musl': {
      version: '1.2.3',
      cpu: ['arm64'],
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    },
    'node_modules/tool': lock.packages['node_modules/tool'],
  });
});

test('a package whose platform its name does not tell is refused by name', () => {
  const lock = { packages: { 'node_modules/tool': { optionalDependencies: { speedup: '1.0.0' } } } };
  expect(() => completeLock(lock)).toThrow(/speedup@1\.0\.0/);
});
