import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export interface Violation {
  readonly rule: string;
  readonly isSerious: boolean;
  /** Selectors of what breaks the rule. */
  readonly targets: readonly string[];
}

/** Notes from now on whether the page says that its figures may be old. */
const watchDimmed = () => {
  const note = (wasDimmed: boolean) => Object.assign(window, { wasDimmed });
  const isDimmed = () => document.querySelector('[data-dimmed="true"]') !== null;
  new MutationObserver(() => isDimmed() && note(true)).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
  });
  note(isDimmed());
};
const wasDimmed = () => (window as unknown as { wasDimmed: boolean }).wasDimmed;

/**
 * What axe finds on a page that was not dimmed while it looked. Figures that may be old are pale on purpose, and on a
 * busy machine axe keeps the page's thread for seconds, in which it hears nothing of the server.
 */
export async function findViolations(page: Page): Promise<readonly Violation[]> {
  let found: readonly Violation[] = [];
  const looked = async () => {
    await page.evaluate(watchDimmed);
    const { violations } = await new AxeBuilder({ page }).analyze();
    found = violations.map(({ id, impact, nodes }) => ({
      rule: id,
      isSerious: impact === 'serious' || impact === 'critical',
      targets: nodes.map(({ target }) => target.join(' ')),
    }));
    return page.evaluate(wasDimmed);
  };
  const message = 'the page is dimmed while axe looks';
  await expect.poll(looked, { message, timeout: 240_000, intervals: [1000] }).toBe(false);
  return found;
}
