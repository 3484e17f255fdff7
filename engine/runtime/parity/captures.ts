import type { DayFigures } from '../../figures/day-figures.ts';
import type { Epoch } from '../../figures/epoch.ts';
import type { Capture, CaptureFeed } from './capture.ts';

/** Captures of live figures, taken when an epoch comes that is right for them. */
export interface Captures {
  readonly feed: CaptureFeed;
  /** An epoch was applied, whole. */
  seen(epoch: Epoch): void;
}

export function createCaptures(figuresOf: (day: string) => DayFigures | null): Captures {
  interface Waiting {
    readonly day: string;
    readonly atCheckpoint: boolean;
    readonly resolve: (capture: Capture | null) => void;
  }
  let waiting: Waiting[] = [];
  return {
    feed: {
      capture: ({ day, atCheckpoint }) =>
        new Promise((resolve) => {
          waiting.push({ day, atCheckpoint, resolve });
        }),
    },
    seen({ offsets, watermarkMs, atCheckpoint, replaying }) {
      if (watermarkMs === null || replaying) return;
      const due = waiting.filter((each) => atCheckpoint || !each.atCheckpoint);
      waiting = waiting.filter((each) => !due.includes(each));
      for (const { day, resolve } of due) {
        const figures = figuresOf(day);
        resolve(figures && { offsets, watermarkMs, figures });
      }
    },
  };
}
