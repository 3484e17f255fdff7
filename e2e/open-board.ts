import { test as base, expect, type Page } from '@playwright/test';
import { createLiveServer, type LiveServer } from './live-server.ts';

/** Console errors, page errors and answers ≥ 400 since the page was opened. */
export interface Complaints {
  all(): readonly string[];
  /** Forgets those of a time in which the server was meant to be away. */
  forget(): void;
}

function listen(page: Page): Complaints {
  let complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return {
    all: () => complaints,
    forget: () => {
      complaints = [];
    },
  };
}

/** A test with a server of its own per worker, and a page whose complaints are heard. */
export const test = base.extend<{ complaints: Complaints }, { server: LiveServer }>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => {
      const server = await createLiveServer();
      await server.start();
      await use(server);
      await server.discard();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  complaints: async ({ page }, use) => {
    await use(listen(page));
  },
});

/** Waits until nothing is beyond the screen's width: texts and charts may come one after another. */
export async function expectNotTooWide(page: Page): Promise<void> {
  const tooWide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  await expect.poll(() => page.evaluate(tooWide)).toBeLessThanOrEqual(0);
}

/** Opens a page of the server, in English unless told otherwise, and waits until its headline is live. */
export async function openLive(page: Page, url: string, lang = 'en'): Promise<void> {
  await page.goto(`${url}${url.includes('?') ? '&' : '?'}lang=${lang}`);
  await expect(page.getByTestId('connection').first()).toHaveAttribute('data-state', 'live', {
    timeout: 120_000,
  });
  await expect(page.locator('[data-metric="gmv"][data-value]').first()).toBeVisible();
}
