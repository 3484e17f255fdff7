import type { ReplayProgress } from '../runtime/replay/replay-files.ts';

export interface ReplayProgressLine {
  show(progress: ReplayProgress): void;
  clear(): void;
}

const EVERY_MS = 100;
const CLEAR_LINE = '\r\u001b[K';

/** One line on a terminal, written over and over, at most ten times a second. */
export function createReplayProgress(
  terminal: NodeJS.WritableStream,
  clock: () => number = () => performance.now(),
): ReplayProgressLine {
  let shownMs = Number.NEGATIVE_INFINITY;
  return {
    show({ rows, allRows, days }) {
      const now = clock();
      if (now - shownMs < EVERY_MS && rows < allRows) return;
      shownMs = now;
      const share = allRows > 0 ? Math.floor((rows / allRows) * 100) : 100;
      const count = (value: number): string => value.toLocaleString('en-US');
      terminal.write(
        `${CLEAR_LINE}${share} %  ${count(rows)} of ${count(allRows)} rows, ${count(days)} days`,
      );
    },
    clear() {
      terminal.write(CLEAR_LINE);
    },
  };
}
