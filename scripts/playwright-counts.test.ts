import { expect, test } from 'vitest';
import { playwrightCounts } from './playwright-counts.mjs';

const spec = (title: string, status: string, annotations: object[] = []) => ({
  title,
  tests: [{ status, annotations }],
});

test('tests of nested suites are counted, skipped ones named with their reason', () => {
  const inner = {
    title: 'inner',
    specs: [spec('b', 'unexpected'), spec('c', 'flaky')],
    suites: [],
  };
  const skipped = spec('d', 'skipped', [{ type: 'skip', description: 'no camera' }]);
  const report = {
    errors: [],
    suites: [{ title: 'file', specs: [spec('a', 'expected'), skipped], suites: [inner] }],
  };
  expect(playwrightCounts(JSON.stringify(report))).toEqual({
    passed: 1,
    failed: 2,
    skipped: [{ name: 'file > d', reason: 'no camera' }],
  });
});

test('an error outside of any test is a failure', () => {
  const report = { errors: [{ message: 'the configuration is wrong' }], suites: [] };
  expect(playwrightCounts(JSON.stringify(report))).toEqual({ passed: 0, failed: 1, skipped: [] });
});
