import type { ChartTheme } from './chart-theme.ts';

/** How every chart's tooltip looks. */
export function tooltipStyle({ em, panel, line, text, fontFamily }: ChartTheme) {
  return {
    confine: true,
    backgroundColor: panel,
    borderColor: line,
    padding: em * 0.6,
    textStyle: { color: text, fontSize: em * 0.9, fontFamily },
  };
}

/** The same where it follows a line over the time axis. */
export function axisTooltip(theme: ChartTheme) {
  return {
    ...tooltipStyle(theme),
    trigger: 'axis',
    axisPointer: { lineStyle: { color: theme.muted, width: 1, type: 'solid' }, label: { show: false } },
  } as const;
}
