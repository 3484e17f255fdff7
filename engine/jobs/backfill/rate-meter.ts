/** Rows per second over the last seconds, and when what is left would be read. */
export interface RateMeter {
  add(nowMs: number, rows: number): void;
  perSecond(nowMs: number): number;
  /** From the slowest and fastest of the last seconds' rates; null while nothing is known, or where nothing is left. */
  eta(nowMs: number, rowsLeft: number | null): { readonly fromMs: number; readonly toMs: number } | null;
}

const WINDOW_MS = 10_000;
const SPAN_MS = 60_000;

export function createRateMeter(): RateMeter {
  /** Rows by second, the oldest first. */
  const seconds: { readonly second: number; rows: number }[] = [];

  const rowsSince = (fromMs: number): number =>
    seconds.reduce((sum, { second, rows }) => (second * 1000 >= fromMs - 999 ? sum + rows : sum), 0);
  const rateOver = (nowMs: number, windowMs: number): number => {
    const first = seconds[0];
    if (!first) return 0;
    const lengthMs = Math.min(windowMs, Math.max(1000, nowMs - first.second * 1000));
    return (rowsSince(nowMs - lengthMs) * 1000) / lengthMs;
  };

  return {
    add(nowMs, rows) {
      const second = Math.floor(nowMs / 1000);
      const last = seconds.at(-1);
      if (last && last.second === second) last.rows += rows;
      else seconds.push({ second, rows });
      while (seconds[0] && seconds[0].second * 1000 < nowMs - SPAN_MS) seconds.shift();
    },
    perSecond: (nowMs) => rateOver(nowMs, WINDOW_MS),
    eta(nowMs, rowsLeft) {
      if (rowsLeft === null || rowsLeft <= 0) return null;
      const rates = [5000, WINDOW_MS, 20_000, SPAN_MS].map((ms) => rateOver(nowMs, ms));
      const [slowest, fastest] = [Math.min(...rates), Math.max(...rates)];
      if (slowest <= 0) return null;
      // Rates that agree still promise nothing to the second.
      const at = (rate: number, factor: number): number =>
        Math.round(nowMs + (rowsLeft / rate) * 1000 * factor);
      return { fromMs: at(fastest, 0.95), toMs: at(slowest, 1.1) };
    },
  };
}
