import type { DayFigures } from '../../figures/day-figures.ts';

/** What live had published of a day when it had consumed exactly so much. */
export interface Capture {
  /** Next offset per partition. */
  readonly offsets: Readonly<Record<string, string>>;
  readonly watermarkMs: number;
  readonly figures: DayFigures;
}

/** What the data thread gives to whoever compares live with its replay. */
export interface CaptureFeed {
  /**
   * Waits for an epoch after which nothing of the day can be missing from a replay up to its offsets: at a checkpoint
   * where live keeps an archive. Null where live has no figures of the day.
   */
  capture(ask: { readonly day: string; readonly atCheckpoint: boolean }): Promise<Capture | null>;
}
