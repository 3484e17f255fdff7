import { expect, test } from 'vitest';
import { formatFigure, formatTable } from './text-table.ts';

test('money is written in the digits of its currency, to the last one', () => {
  expect(formatFigure(9_007_199_254_740_991, 'money', 'GBP')).toBe('90,071,992,547,409.91');
  expect(formatFigure(-5, 'money', 'GBP')).toBe('-0.05');
  expect(formatFigure(12_345, 'money', 'JPY')).toBe('12,345');
  expect(formatFigure(12_345, 'money', 'KWD')).toBe('12.345');
  expect(formatFigure(1, 'money', 'usd')).toBe('0.01');
});

test('an unknown figure is a dash, a ratio a percentage', () => {
  expect(formatFigure(null, 'money', 'GBP')).toBe('–');
  expect(formatFigure(0.08615, 'ratio', 'GBP')).toBe('8.62 %');
});

test('columns stand under each other', () => {
  const rows = [
    ['a', '1'],
    ['bcd', '1,000'],
  ];
  expect(formatTable({ head: ['Key', 'GMV'], rows }).split('\n')).toEqual([
    'Key    GMV',
    '──────────',
    'a        1',
    'bcd  1,000',
  ]);
  expect(
    formatTable({ head: ['Key', 'GMV'], rows, left: true })
      .split('\n')
      .slice(2),
  ).toEqual(['a    1', 'bcd  1,000']);
});
