import type { SendProgress } from './send-paced.ts';

export interface ProduceProgressLine {
  show(progress: SendProgress): void;
  /** Clears a terminal's line. */
  end(): void;
}

const TERMINAL_EVERY_MS = 500;
const LOG_EVERY_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';

/** How far sending has come: one line written over and over on a terminal, else a line each ten seconds. */
export function createProduceProgress(options: {
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly now: () => number;
}): ProduceProgressLine {
  const { output, now } = options;
  const everyMs = output.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS;
  let shown = { ms: now(), sent: 0 };
  return {
    show({ sent, behindMs }) {
      const ms = now();
      if (ms - shown.ms < everyMs) return;
      const perSecond = Math.round(((sent - shown.sent) * 1000) / (ms - shown.ms));
      shown = { ms, sent };
      const count = (value: number): string => value.toLocaleString('en-US');
      const text = `${count(sent)} events, ${count(perSecond)}/s, ${(behindMs / 1000).toFixed(1)} s behind schedule`;
      output.write(output.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
    },
    end() {
      if (output.isTTY) output.write(CLEAR_LINE);
    },
  };
}
