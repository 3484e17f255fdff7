import type { EChartsCoreOption } from 'echarts/core';
import type { DayComparison } from '../../engine/protocol/comparison.ts';
import type { ChartFrame } from './chart-theme.ts';
import { axisTooltip } from './tooltip-style.ts';

export interface ComparedCurve {
  readonly of: DayComparison;
  readonly label: { readonly published: string; readonly computed: string; readonly difference: string };
  /** Figures in full, with a sign, and round ones on an axis. */
  readonly write: (value: number | null) => string;
  readonly writeSigned: (value: number) => string;
  readonly writeAxis: (value: number) => string;
  readonly clock: (ms: number) => string;
}

type Point = [number, number | null];

const HOUR_MS = 3_600_000;

/** Published, new and their difference, each bucket at its middle, or at its end where figures are cumulative. */
export function comparedLines(of: DayComparison): Record<'published' | 'computed' | 'difference', Point[]> {
  const at = (i: number) => of.startMs + (i + (of.cumulative ? 1 : 0.5)) * of.bucketMs;
  const line = (values: readonly (number | null)[]): Point[] => values.map((value, i) => [at(i), value]);
  const { published, computed } = of;
  const difference = computed.map((value, i) => {
    const before = published?.[i] ?? null;
    return value === null || before === null ? null : value - before;
  });
  return {
    published: published ? line(published) : [],
    computed: line(computed),
    difference: published ? line(difference) : [],
  };
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** Hours between labels, so that they don't touch. */
function labelEvery(width: number, em: number): number {
  const fit = Math.max(1, width / (em * 5));
  return [1, 2, 3, 4, 6, 12].find((hours) => 24 / hours <= fit) ?? 24;
}

/**
 * The new curve, thin, on the published one, broad; below them the difference, which may be too small to see above.
 * Where nothing is published, the new one alone: another chart, not an update of one with both.
 */
export function comparedCurveOptions(curve: ComparedCurve, frame: ChartFrame): EChartsCoreOption {
  const { theme, width, height } = frame;
  const { em } = theme;
  const { of } = curve;
  const lines = comparedLines(of);
  const endMs = of.startMs + of.computed.length * of.bucketMs;
  const stroke = Math.max(1.5, em / 8);
  const text = { color: theme.muted, fontSize: em * 0.82, fontFamily: theme.fontFamily };
  const left = em * 5;
  const both = of.published !== null;
  const bottomHeight = both ? Math.max(em * 3, height * 0.22) : 0;
  const grid = { left, right: em * 0.8 };
  const xAxis = (gridIndex: number, labels: boolean) => ({
    type: 'value',
    gridIndex,
    min: of.startMs,
    max: endMs,
    interval: labelEvery(width, em) * HOUR_MS,
    axisLabel: {
      ...text,
      show: labels,
      hideOverlap: true,
      formatter: (ms: number) => ((ms - of.startMs) % HOUR_MS === 0 ? curve.clock(ms) : ''),
    },
    axisLine: { onZero: false, lineStyle: { color: theme.line } },
    axisTick: { show: false },
    splitLine: { show: false },
  });
  // Without a difference the scale is arbitrary: only its zero is labelled.
  const noDifference = (value: number) => (value === 0 ? curve.writeAxis(0) : '');
  const differenceAxis = lines.difference.some(([, value]) => value)
    ? { splitNumber: 2, minInterval: of.cumulative ? 1 : undefined }
    : { min: 0, max: 1, interval: 1, axisLabel: { ...text, formatter: noDifference } };
  const yAxis = (gridIndex: number, more: object) => ({
    type: 'value',
    gridIndex,
    axisLabel: {
      ...text,
      hideOverlap: true,
      formatter: (value: number) => curve.writeAxis(Math.round(value)),
    },
    splitLine: { lineStyle: { color: theme.line, width: 1 } },
    ...more,
  });
  const series = (name: string, data: Point[], axis: number, more: object) => ({
    name,
    type: 'line',
    data,
    xAxisIndex: axis,
    yAxisIndex: axis,
    showSymbol: false,
    silent: true,
    animation: false,
    ...more,
  });
  const bucketAt = (ms: number) => {
    const place = (ms - of.startMs) / of.bucketMs - (of.cumulative ? 0.5 : 0);
    return Math.min(of.computed.length - 1, Math.max(0, Math.floor(place)));
  };
  const row = (name: string, value: string) =>
    `<div style="display:flex;gap:1em;justify-content:space-between"><span>${escapeHtml(name)}</span><b style="font-variant-numeric:tabular-nums">${escapeHtml(value)}</b></div>`;
  return {
    animation: false,
    aria: { enabled: false },
    textStyle: { fontFamily: theme.fontFamily },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: [
      { ...grid, top: em * 0.8, bottom: bottomHeight + em * (both ? 2.6 : 1.8) },
      ...(both ? [{ ...grid, height: bottomHeight, bottom: em * 1.6 }] : []),
    ],
    xAxis: both ? [xAxis(0, false), xAxis(1, true)] : [xAxis(0, true)],
    yAxis: [yAxis(0, { min: 0, splitNumber: 4 }), ...(both ? [yAxis(1, differenceAxis)] : [])],
    tooltip: {
      ...axisTooltip(theme),
      formatter: (hits: readonly { readonly axisValue: number }[]) => {
        const ms = hits[0]?.axisValue;
        if (ms === undefined) return '';
        const i = bucketAt(ms);
        const from = of.startMs + i * of.bucketMs;
        const difference = lines.difference[i]?.[1] ?? null;
        return [
          `<div style="margin-bottom:.3em">${curve.clock(from)}–${curve.clock(from + of.bucketMs)}</div>`,
          of.published ? row(curve.label.published, curve.write(of.published[i] ?? null)) : '',
          row(curve.label.computed, curve.write(of.computed[i] ?? null)),
          difference === null ? '' : row(curve.label.difference, curve.writeSigned(difference)),
        ].join('');
      },
    },
    series: [
      ...(both
        ? [
            series(curve.label.published, lines.published, 0, {
              lineStyle: { color: theme.comparison, width: stroke * 3, opacity: 0.55 },
            }),
            series(curve.label.difference, lines.difference, 1, {
              step: 'middle',
              lineStyle: { color: theme.today, width: stroke * 0.75 },
              areaStyle: { color: theme.today, opacity: 0.35, origin: 0 },
            }),
          ]
        : []),
      series(curve.label.computed, lines.computed, 0, { lineStyle: { color: theme.today, width: stroke } }),
    ],
  };
}
