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
  /** The figure in full, shown on hover; empty where the text is in full already. */
  readonly title: string;
}

const SCALES: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, '%': 0.01 };

/** The number that an English text such as `¥182.1K` or `8.26%` says, and the value of one in its last digit. */
export function writtenNumber(text: string): { readonly value: number; readonly lastDigit: number } {
  const match = /(-?)[^\d-]*([\d,]+)(?:\.(\d+))?\s*([KMB%]?)/.exec(text);
  if (!match) throw new Error(`"${text}" says no number`);
  const [, sign, whole = '', decimals = '', suffix = ''] = match;
  const scale = SCALES[suffix] ?? 1;
  const value = Number(`${sign}${whole.replaceAll(',', '')}.${decimals}`) * scale;
  return { value, lastDigit: scale / 10 ** decimals.length };
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
      title: element.title,
    })),
  );
}

/** Epoch of the headline; 0 while there is none. */
export async function headlineEpoch(page: Page): Promise<number> {
  const epoch = page.locator('[data-metric="gmv"]').first();
  return Number((await epoch.getAttribute('data-epoch')) ?? 0);
}
