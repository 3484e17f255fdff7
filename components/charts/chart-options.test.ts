import { expect, test } from 'vitest';
import type { ChartFrame } from './chart-theme.ts';
import { bucketMinutes, curveLines, type DayCurve, dayCurveOptions } from './day-curve.ts';
import type { DayMinutes } from './minute-series.ts';
import { shareParts } from './share.ts';
import { sparklinePaths } from './sparkline.ts';
import { countryValues, worldMapOptions } from './world-map.ts';

const frame: ChartFrame = {
  width: 1600,
  height: 400,
  theme: {
    em: 14,
    fontFamily: 'sans-serif',
    text: '#fff',
    muted: '#999',
    line: '#333',
    panel: '#111',
    today: '#fa0',
    comparison: '#789',
    land: '#222',
    scale: ['s1', 's2', 's3', 's4', 's5'],
  },
};

function day(length: number, values: readonly number[]): DayMinutes {
  const column = new Float64Array(length);
  column.set(values);
  return { startMs: 0, length, figures: [column] };
}

const curve: DayCurve = {
  today: day(1440, [10, 20, 30, 4]),
  comparison: day(1380, [1, 2]),
  closed: 3,
  begun: 4,
  label: { today: 'Today', comparison: '<b>2025</b>', open: 'open' },
  money: (minor) => `¥${minor}`,
  roundMoney: (minor) => `¥${minor}`,
  clock: (minute) => `m${minute}`,
};

test('the line of today ends with the last closed minute; the open one goes on from there', () => {
  const lines = curveLines(curve, 1);
  expect(lines.today).toEqual([
    [0.5, 10],
    [1.5, 20],
    [2.5, 30],
  ]);
  expect(lines.open).toEqual([
    [2.5, 30],
    [3.5, 4],
  ]);
  expect(lines.comparison).toHaveLength(1380);
});

test('of wider buckets only those without an open minute are part of the line', () => {
  const lines = curveLines({ ...curve, closed: 7, begun: 8 }, 5);
  expect(lines.today).toEqual([[2.5, 64 / 5]]);
  expect(lines.open).toEqual([
    [2.5, 64 / 5],
    [6.5, 0],
  ]);
});

test('before the first closed minute there is only the open one', () => {
  const lines = curveLines({ ...curve, closed: 0, begun: 1 }, 1);
  expect(lines.today).toEqual([]);
  expect(lines.open).toEqual([[0.5, 10]]);
});

test('a minute has a point of its own only where it has a pixel', () => {
  expect([390, 1439, 1440, 3840].map(bucketMinutes)).toEqual([5, 5, 1, 1]);
});

test('the axis holds the longer of both days, and names in tooltips are text', () => {
  const options = dayCurveOptions(curve, frame) as {
    xAxis: { max: number };
    tooltip: { formatter: (hits: object[]) => string };
  };
  expect(options.xAxis.max).toBe(1440);
  const html = options.tooltip.formatter([{ axisValue: 1 }]);
  expect(html).toContain('&#60;b&#62;2025');
  expect(html).toContain('¥20');
});

test('parts are shares of the whole; what has no colour left is gathered', () => {
  const parts = shareParts(
    [
      ['a', 50],
      ['b', 30],
      [null, 15],
      ['c', 5],
      ['d', 0],
    ],
    3,
  );
  expect(parts).toEqual([
    { key: 'a', rest: false, value: 50, share: 0.5 },
    { key: 'b', rest: false, value: 30, share: 0.3 },
    { key: null, rest: true, value: 20, share: 0.2 },
  ]);
  expect(shareParts([['a', 0]], 3)).toEqual([]);
});

test('a small line goes from edge to edge between zero and the top', () => {
  const { line, area } = sparklinePaths([0, 5, 10], { width: 100, height: 20 });
  expect(line).toBe('M0 20L50 10L100 0');
  expect(area).toBe('M0 20L50 10L100 0L100 20L0 20Z');
  expect(sparklinePaths([3], { width: 100, height: 20 }).line).toBe('');
  expect(sparklinePaths([0, 0], { width: 100, height: 20 }).line).toBe('');
});

test('countries are shaded by orders of magnitude; keys that are none are left out', () => {
  const values = countryValues([
    ['CN', 1_000_000],
    ['US', 100_000],
    ['SG', 1000],
    ['Channel Islands', 500],
    [null, 10],
    ['DE', 0],
  ]);
  expect(values.map(({ alpha2, id, step }) => [alpha2, id, step])).toEqual([
    ['CN', '156', 4],
    ['US', '840', 3],
    ['SG', '702', 0],
  ]);
  const { series } = worldMapOptions(values, { name: (c) => c, value: String }, frame) as {
    series: { data: { name: string; itemStyle: { areaColor: string } }[] }[];
  };
  expect(series[0]?.data[0]).toMatchObject({ name: '156', itemStyle: { areaColor: 's5' } });
});

test('one country alone is shaded, none at all is no error', () => {
  expect(countryValues([['CN', 5]]).map(({ step }) => step)).toEqual([0]);
  expect(countryValues([])).toEqual([]);
});
