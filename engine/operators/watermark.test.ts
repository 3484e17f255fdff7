import { expect, test } from 'vitest';
import { createWatermark } from './watermark.ts';

const start = (from?: Parameters<typeof createWatermark>[0]['from']) =>
  createWatermark({ outOfOrdernessMs: 5, from });

test('the slowest partition decides, and out-of-orderness is allowed for', () => {
  const watermark = start();
  expect(watermark.currentMs()).toBe(null);
  watermark.observe('a', 100);
  watermark.observe('b', 50);
  expect(watermark.currentMs()).toBe(45);
  watermark.observe('b', 80);
  watermark.observe('b', 60);
  expect(watermark.currentMs()).toBe(75);
});

test('a partition that is there is waited for until its first event, unless it is idle', () => {
  const watermark = start();
  watermark.setPartitions([
    { partition: 'a', idle: false },
    { partition: 'b', idle: false },
  ]);
  watermark.observe('a', 100);
  expect(watermark.currentMs()).toBe(null);
  watermark.setPartitions([
    { partition: 'a', idle: false },
    { partition: 'b', idle: true },
  ]);
  expect(watermark.currentMs()).toBe(95);
});

test('it never goes back: not by a partition that wakes up, nor by one that is added', () => {
  const watermark = start();
  watermark.setPartitions([
    { partition: 'a', idle: false },
    { partition: 'b', idle: true },
  ]);
  watermark.observe('a', 100);
  expect(watermark.currentMs()).toBe(95);
  watermark.observe('b', 20);
  watermark.setPartitions([
    { partition: 'a', idle: false },
    { partition: 'b', idle: false },
    { partition: 'c', idle: false },
  ]);
  expect(watermark.currentMs()).toBe(95);
});

test('where all are idle the furthest counts: each has been read to its end', () => {
  const watermark = start();
  watermark.observe('a', 100);
  watermark.observe('b', 40);
  watermark.setPartitions([
    { partition: 'a', idle: true },
    { partition: 'b', idle: true },
  ]);
  expect(watermark.currentMs()).toBe(95);
});

test('a partition that is gone holds nothing up', () => {
  const watermark = start();
  watermark.observe('a', 100);
  watermark.observe('gone', 40);
  watermark.setPartitions([{ partition: 'a', idle: false }]);
  expect(watermark.currentMs()).toBe(95);
});

test('one that goes on from a snapshot is as far', () => {
  const before = start();
  before.setPartitions([
    { partition: 'a', idle: false },
    { partition: 'b', idle: true },
  ]);
  before.observe('a', 100);
  before.observe('b', 10);
  const after = start(before.snapshot());
  expect(after.currentMs()).toBe(95);
  expect(after.snapshot()).toEqual(before.snapshot());
});
