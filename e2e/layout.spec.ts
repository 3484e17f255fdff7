import { expect } from '@playwright/test';
import { expectNotTooWide, openLive, test } from './open-board.ts';

const SCREENS = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
];
const WALLS = [
  ...SCREENS,
  { width: 1080, height: 1920 },
  { width: 2560, height: 1080 },
  { width: 6656, height: 1792 },
];

const tooHigh = () => document.documentElement.scrollHeight - document.documentElement.clientHeight;

const headlinePx = () => {
  const headline = document.querySelector<HTMLElement>('[data-metric="gmv"]');
  return headline ? Number.parseFloat(getComputedStyle(headline).fontSize) : 0;
};

for (const screen of SCREENS) {
  test(`the board fits a width of ${screen.width}`, async ({ page, server, complaints }) => {
    await page.setViewportSize(screen);
    await openLive(page, `${server.url}/`);
    await expectNotTooWide(page);
    expect(complaints.all()).toEqual([]);
  });
}

for (const lang of ['en', 'zh-CN']) {
  test(`a whole board is seen on 1280 × 800 without scrolling in ${lang}`, async ({ page, server }) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await openLive(page, `${server.url}/`, lang);
    await expect.poll(() => page.evaluate(tooHigh)).toBeLessThanOrEqual(0);
    const cut = () =>
      [...document.querySelectorAll('section, section ol, section ul, footer, li')]
        .filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1)
        .map((element) => `${element.tagName} ${element.textContent?.slice(0, 30)}`);
    await expect.poll(() => page.evaluate(cut)).toEqual([]);
  });
}

for (const screen of WALLS) {
  test(`the wall fits ${screen.width} × ${screen.height} without scrolling`, async ({
    page,
    server,
    complaints,
  }) => {
    await page.setViewportSize(screen);
    await openLive(page, `${server.url}/wall`);
    await expectNotTooWide(page);
    await expect.poll(() => page.evaluate(tooHigh)).toBeLessThanOrEqual(0);
    if (screen.width > screen.height)
      await expect.poll(() => page.evaluate(headlinePx)).toBeGreaterThanOrEqual(screen.height * 0.08);
    await page.mouse.wheel(0, 500);
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
    expect(complaints.all()).toEqual([]);
  });
}

/** Boxes of what a finger aims at in the head of a page, and how wide the page is. */
const targets = () => {
  const head = document.querySelector('header');
  const aimed = [...(head?.querySelectorAll('a, button, label') ?? [])].filter((one) =>
    one.checkVisibility(),
  );
  const boxes = aimed.map((one) => {
    const { top, bottom, left, right, width, height } = one.getBoundingClientRect();
    return {
      name: one.textContent || one.getAttribute('aria-label'),
      top,
      bottom,
      left,
      right,
      width,
      height,
    };
  });
  return { boxes, width: document.documentElement.clientWidth };
};

for (const lang of ['en', 'zh-CN']) {
  test(`on a telephone the tools of each page are one line of targets for fingers in ${lang}`, async ({
    page,
    server,
  }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ['/', '/ops', '/backfill', '/datasets', '/dead-letters']) {
      await page.goto(`${server.url}${path}?lang=${lang}`);
      const menu = page.getByRole('button', {
        name: lang === 'en' ? 'Language, theme and more' : '语言、主题等',
      });
      const pill = page.getByTestId('connection').first();
      await expect(pill).toHaveAttribute('data-state', 'live', { timeout: 60_000 });
      const middle = async (of: typeof menu) => {
        const box = await of.boundingBox();
        return box ? Math.round(box.y + box.height / 2) : Number.NaN;
      };
      const title = page.getByRole('heading', { level: 1 });
      expect(Math.abs((await middle(pill)) - (await middle(menu))), path).toBeLessThanOrEqual(1);
      expect(Math.abs((await middle(title)) - (await middle(menu))), path).toBeLessThanOrEqual(2);

      await expect(page.getByRole('radio', { name: 'EN', exact: true })).toBeHidden();
      await menu.click();
      await expect(page.getByRole('radio', { name: 'EN', exact: true })).toBeVisible();
      const { boxes, width } = await page.evaluate(targets);
      for (const { name, ...box } of boxes) {
        expect(box.height, `${path} ${name}`).toBeGreaterThanOrEqual(39.9);
        expect(box.right, `${path} ${name}`).toBeLessThanOrEqual(width);
      }
      for (const [i, a] of boxes.entries())
        for (const b of boxes.slice(i + 1)) {
          const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
          expect(apart, `${path}: ${a.name} and ${b.name} lie apart`).toBe(true);
        }
      await page.keyboard.press('Escape');
      await expect(page.getByRole('radio', { name: 'EN', exact: true })).toBeHidden();
      await expect(menu).toBeFocused();
    }
  });
}
