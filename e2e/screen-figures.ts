import type { Page } from '@playwright/test';

/** A figure as the page holds it in its attributes, and as it is written. */
export interface ScreenFigure {
  readonly metric: string;
  /** Null for totals. */
  readonly dimension: string | null;
  /** `null` as text is the null key. */
  readonly key: string;
  /** Minor units, a count or a fraction of 1; null where it is not known. */
  readonly value: number | null;
  readonly epoch: number;
  readonly text: string;
}

/** Every figure on the page at one instant. */
export function readFigures(page: Page): Promise<ScreenFigure[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-metric]')].map((element) => ({
      metric: element.dataset.metric ?? '',
      dimension: element.dataset.dimension ?? null,
      key: element.dataset.key ?? 'null',
      value: element.dataset.value === 'null' ? null : Number(element.dataset.value),
      epoch: Number(element.dataset.epoch),
      text: element.textContent ?? '',
    })),
  );
}

/** Epoch of the headline; 0 while there is none. */
export async function headlineEpoch(page: Page): Promise<number> {
  const epoch = page.locator('[data-metric="gmv"]').first();
  return Number((await epoch.getAttribute('data-epoch')) ?? 0);
}
