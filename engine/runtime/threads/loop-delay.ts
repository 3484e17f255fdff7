import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { LoopDelay } from './thread-messages.ts';

const EVERY_MS = 2000;
const RESOLUTION_MS = 10;

/** Measures how late this thread's event loop is and reports it every two seconds until the returned call. */
export function watchLoopDelay(report: (delay: LoopDelay) => void): () => void {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const toMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const timer = setInterval(() => {
    if (histogram.count === 0) return;
    const { mean, max } = histogram;
    report({ meanMs: toMs(mean), p99Ms: toMs(histogram.percentile(99)), maxMs: toMs(max) });
    histogram.reset();
  }, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    histogram.disable();
  };
}
