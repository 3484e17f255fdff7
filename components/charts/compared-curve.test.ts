import { expect, test } from 'vitest';
import type { DayComparison } from '../../engine/protocol/comparison.ts';
import { comparedCurveOptions, comparedLines } from './compared-curve.ts';

const of: DayComparison = {
  day: '2026-11-11',
  metric: 'gmv',
  startMs: 1_000_000,
  bucketMs: 600_000,
  cumulative: false,
  published: [10, 20, null],
  computed: [10, 25, 7],
  changes: [],
};

test('each bucket stands at its middle, with the difference where both sides have one', () => {
  const { published, computed, difference } = comparedLines(of);
  expect(published).toEqual([
    [1_300_000, 10],
    [1_900_000, 20],
    [2_500_000, null],
  ]);
  expect(computed.map(([, value]) => value)).toEqual([10, 25, 7]);
  expect(difference.map(([, value]) => value)).toEqual([0, 5, null]);
});

test('a figure of the day so far stands at the end of its bucket', () => {
  expect(comparedLines({ ...of, cumulative: true }).computed[0]).toEqual([1_600_000, 10]);
});

test('where nothing is published there is neither its curve nor a difference', () => {
  const lines = comparedLines({ ...of, published: null });
  expect([lines.published, lines.difference]).toEqual([[], []]);
  expect(lines.computed.length).toBe(3);
});

test('what the pointer is at is said exactly, and texts are no markup', () => {
  const write = (value: number | null) => `<${value}>`;
  const label = { published: 'was', computed: 'is', difference: 'by' };
  const theme = {
    em: 14,
    fontFamily: '',
    text: '',
    muted: '',
    line: '',
    panel: '',
    today: '',
    comparison: '',
  };
  const options = comparedCurveOptions(
    { of, label, write, writeSigned: (value) => `+${value}`, writeAxis: String, clock: String },
    { width: 600, height: 300, theme: { ...theme, land: '', scale: [] } },
  ) as unknown as { tooltip: { formatter(hits: object[]): string } };
  const said = options.tooltip.formatter([{ axisValue: 1_900_000 }]).replace(/<[^>]+>/g, ' ');
  expect(said.replace(/\s+/g, ' ').trim()).toBe('1600000–2200000 was &#60;20&#62; is &#60;25&#62; by +5');
});
