/** What a chart takes from the page: type size and the theme's colours, as CSS values. */
export interface ChartTheme {
  /** Font size of the chart's element; px. Every length in a chart is a multiple of it. */
  readonly em: number;
  readonly fontFamily: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly panel: string;
  /** Today, and the day that it is compared with. */
  readonly today: string;
  readonly comparison: string;
  readonly land: string;
  /** Five steps from little to much. */
  readonly scale: readonly string[];
}

/** What an options function may depend on besides its data. */
export interface ChartFrame {
  readonly width: number;
  readonly height: number;
  readonly theme: ChartTheme;
}

/** Reads the theme that applies to an element. */
export function readChartTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    em: Number.parseFloat(style.fontSize) || 14,
    fontFamily: style.fontFamily,
    text: color('--text'),
    muted: color('--muted'),
    line: color('--line'),
    panel: color('--panel'),
    today: color('--today'),
    comparison: color('--comparison'),
    land: color('--land'),
    scale: [1, 2, 3, 4, 5].map((step) => color(`--scale-${step}`)),
  };
}
