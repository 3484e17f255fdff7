import { expect, test } from 'vitest';
import { createQuantityFormat } from './quantity-format.ts';

const en = createQuantityFormat('en');

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [2340, '2.3 sec'],
  [59_999, '59 sec'],
  [125_000, '2 min 5 sec'],
  [3_600_000, '1 hr'],
  [11_520_000, '3 hr 12 min'],
  [4 * 86_400_000 + 7_200_000, '4 days 2 hr'],
  [null, '–'],
])('%s ms are written as %s', (ms, text) => {
  expect(en.duration(ms)).toBe(text);
});

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1000, '1 kB'],
  [1_250_000, '1.3 MB'],
  [3e15, '3,000 TB'],
  [null, '–'],
])('%s bytes are written as %s', (bytes, text) => {
  expect(en.bytes(bytes)).toBe(text);
});

test('no duration is written longer than it is', () => {
  expect(en.duration(9_999)).toBe('9.9 sec');
  expect(en.duration(119_999)).toBe('1 min 59 sec');
});

test('Chinese has its own units', () => {
  const zh = createQuantityFormat('zh-CN');
  expect(zh.duration(125_000)).toBe('2分钟 5秒');
});
