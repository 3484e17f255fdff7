import { expect, test } from 'vitest';
import { offerKeys } from './offer-keys.ts';

const rows = [
  ['DE', 900],
  ['CN', 500],
  [null, 20],
] as const;
const nameOf = (key: unknown) =>
  key === null ? 'not stated' : ({ DE: 'Germany', CN: 'China' }[String(key)] ?? String(key));
const offered = (text: string) => offerKeys({ rows, text, nameOf }).map(({ key, typed }) => [key, typed]);

test('all keys are offered, then those whose name or text holds what was typed', () => {
  expect(offered('')).toEqual([
    ['DE', false],
    ['CN', false],
    [null, false],
  ]);
  expect(offered('  na ')).toEqual([
    ['CN', false],
    ['na', true],
  ]);
  expect(offered('CN')).toEqual([['CN', false]]);
});

test('the null key is found by its name, and a text that is no key yet can be taken as it is', () => {
  expect(offered('not')).toEqual([
    [null, false],
    ['not', true],
  ]);
  expect(offered('P-17')).toEqual([['P-17', true]]);
});
