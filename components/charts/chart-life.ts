import type { EChartsCoreOption, EChartsType } from 'echarts/core';
import { type ChartFrame, readChartTheme } from './chart-theme.ts';

/** Options of a chart as a pure function of its size and theme; the data is closed over. */
export type BuildOptions = (frame: ChartFrame) => EChartsCoreOption;

/** A chart on screen, from `init` to `dispose`. */
export interface ChartLife {
  /** Draws with these options, at the next animation frame that the budget allows. The latest wins. */
  draw(build: BuildOptions): void;
  dispose(): void;
}

/** At most this often, so that a burst of frames costs one drawing. */
const MIN_INTERVAL_MS = 250;

/**
 * Owns one echarts instance: follows the element's size, the theme (`data-theme` of the root) and the device's
 * pixel ratio; draws only while the page is visible.
 */
export function createChartLife(options: {
  readonly element: HTMLElement;
  readonly init: (element: HTMLElement) => EChartsType;
}): ChartLife {
  const { element } = options;
  let chart: EChartsType | null = null;
  let build: BuildOptions | null = null;
  let animationFrame = 0;
  let lastDrawMs = Number.NEGATIVE_INFINITY;
  let dirty = false;

  function render(nowMs: number): void {
    animationFrame = 0;
    if (!dirty || !build) return;
    const width = element.clientWidth;
    const height = element.clientHeight;
    if (width === 0 || height === 0) return;
    if (nowMs - lastDrawMs < MIN_INTERVAL_MS) {
      schedule();
      return;
    }
    dirty = false;
    lastDrawMs = nowMs;
    chart ??= options.init(element);
    if (chart.getWidth() !== width || chart.getHeight() !== height) chart.resize({ width, height });
    chart.setOption(build({ width, height, theme: readChartTheme(element) }), {
      notMerge: false,
      replaceMerge: ['series'],
      lazyUpdate: false,
    });
  }

  function schedule(): void {
    if (animationFrame === 0) animationFrame = requestAnimationFrame(render);
  }

  function redraw(): void {
    dirty = true;
    lastDrawMs = Number.NEGATIVE_INFINITY;
    schedule();
  }

  const sizes = new ResizeObserver(redraw);
  sizes.observe(element);
  const themes = new MutationObserver(redraw);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

  return {
    draw(next) {
      build = next;
      dirty = true;
      schedule();
    },
    dispose() {
      cancelAnimationFrame(animationFrame);
      sizes.disconnect();
      themes.disconnect();
      chart?.dispose();
      chart = null;
    },
  };
}
