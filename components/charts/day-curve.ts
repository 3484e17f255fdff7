import type { EChartsCoreOption } from 'echarts/core';
import type { ChartFrame } from './chart-theme.ts';
import { type DayMinutes, meanPerMinute } from './minute-series.ts';
import { axisTooltip } from './tooltip-style.ts';

export interface DayCurve {
  readonly today: DayMinutes;
  readonly comparison: DayMinutes | null;
  /** Minutes of today that the watermark has left behind. */
  readonly closed: number;
  /** Minutes of today that have begun, by the latest event. */
  readonly begun: number;
  readonly label: { readonly today: string; readonly comparison: string; readonly open: string };
  readonly money: (minor: number) => string;
  /** The same for round values on an axis. */
  readonly roundMoney: (minor: number) => string;
  /** The wall clock of today at a minute since its start. */
  readonly clock: (minute: number) => string;
}

type Point = [number, number];

/** Minutes per point: 1, or 5 where a minute of the day has less than a pixel. */
export function bucketMinutes(width: number): number {
  return width >= 1440 ? 1 : 5;
}

/** Points at the middle of their buckets, as mean per minute. */
function points(column: Float64Array | null | undefined, minutes: number, size: number): Point[] {
  if (!column) return [];
  return meanPerMinute(column, minutes, size).map((value, i) => {
    const from = i * size;
    return [(from + Math.min(minutes, from + size)) / 2, value];
  });
}

/** The curve's lines: closed minutes whole; the open one as a dashed way on from the last closed point. */
export function curveLines(curve: DayCurve, size: number): Record<'today' | 'open' | 'comparison', Point[]> {
  const { today, comparison, closed, begun } = curve;
  const column = today.figures[0];
  const wholeBuckets = Math.floor(closed / size) * size;
  const solid = points(column, wholeBuckets, size);
  const open: Point[] = [];
  if (begun > wholeBuckets && column) {
    const last = solid.at(-1);
    if (last) open.push(last);
    let sum = 0;
    for (let i = wholeBuckets; i < begun; i++) sum += column[i] ?? 0;
    open.push([(wholeBuckets + begun) / 2, sum / (begun - wholeBuckets)]);
  }
  return {
    today: solid,
    open,
    comparison: comparison ? points(comparison.figures[0], comparison.length, size) : [],
  };
}

/** Hours between labels, so that they don't touch. */
function labelEvery(width: number, em: number): number {
  const fit = Math.max(1, width / (em * 4.6));
  return [1, 2, 3, 4, 6, 12].find((hours) => 24 / hours <= fit) ?? 24;
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** GMV per minute: today up to the last closed minute, the open one dashed, the comparison day behind. */
export function dayCurveOptions(curve: DayCurve, frame: ChartFrame): EChartsCoreOption {
  const { theme, width } = frame;
  const { em } = theme;
  const size = bucketMinutes(width);
  const lines = curveLines(curve, size);
  const length = Math.max(curve.today.length, curve.comparison?.length ?? 0);
  const stroke = Math.max(1.5, em / 8);
  const text = { margin: em * 0.6, color: theme.muted, fontSize: em * 0.85, fontFamily: theme.fontFamily };
  const valueAt = (line: Point[], minute: number) =>
    line.find(([at]) => Math.floor(at / size) === Math.floor(minute / size))?.[1];
  const row = (name: string, color: string, value: number | undefined) =>
    value === undefined
      ? ''
      : `<div style="display:flex;gap:1em;justify-content:space-between"><span><i style="display:inline-block;width:.7em;height:.18em;vertical-align:middle;background:${color}"></i> ${escapeHtml(name)}</span><b style="font-variant-numeric:tabular-nums">${escapeHtml(curve.money(Math.trunc(value)))}</b></div>`;
  const series = (name: string, data: Point[], style: object, extra: object = {}) => ({
    name,
    type: 'line',
    data,
    showSymbol: false,
    silent: true,
    animation: false,
    lineStyle: style,
    ...extra,
  });
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: theme.fontFamily },
    grid: {
      left: em * 0.2,
      right: em * 0.3,
      top: em * 1.2,
      bottom: em * 0.2,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: length,
      interval: labelEvery(width, em) * 60,
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: (minute: number) => (minute % 60 === 0 ? curve.clock(minute) : ''),
      },
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 4,
      // On a day without sales yet: whole units of money, not fractions of the smallest coin.
      minInterval: 100,
      axisLabel: { ...text, formatter: (value: number) => curve.roundMoney(Math.round(value)) },
      splitLine: { lineStyle: { color: theme.line, width: 1 } },
    },
    tooltip: {
      ...axisTooltip(theme),
      formatter: (hits: readonly { readonly axisValue: number }[]) => {
        const minute = hits[0]?.axisValue;
        if (minute === undefined) return '';
        const from = Math.floor(minute / size) * size;
        const until = size > 1 ? `–${curve.clock(Math.min(length, from + size))}` : '';
        const now = valueAt(lines.today, minute);
        return [
          `<div style="margin-bottom:.3em">${curve.clock(from)}${until}</div>`,
          row(curve.label.today, theme.today, now),
          now === undefined ? row(curve.label.open, theme.today, valueAt(lines.open.slice(-1), minute)) : '',
          row(curve.label.comparison, theme.comparison, valueAt(lines.comparison, minute)),
        ].join('');
      },
    },
    series: [
      series(curve.label.comparison, lines.comparison, { color: theme.comparison, width: stroke * 0.75 }),
      series(
        curve.label.today,
        lines.today,
        { color: theme.today, width: stroke },
        { areaStyle: { color: theme.today, opacity: 0.09 } },
      ),
      series(
        curve.label.open,
        lines.open,
        { color: theme.today, width: stroke, type: [stroke * 1.5, stroke * 2] },
        {
          showSymbol: true,
          symbol: 'circle',
          symbolSize: (_: unknown, point: { dataIndex: number }) =>
            point.dataIndex === lines.open.length - 1 ? stroke * 3.4 : 0,
          itemStyle: { color: theme.panel, borderColor: theme.today, borderWidth: stroke },
        },
      ),
    ],
  };
}
