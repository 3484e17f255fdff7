import { expect, type Page } from '@playwright/test';
import { jobsEn as en } from '../components/messages/jobs-en.ts';
import { jobsZhCN as zh } from '../components/messages/jobs-zh-cn.ts';
import { expectState, openPlan, signedIn, start, test, typeDays } from './backfill-bed.ts';
import { findViolations } from './find-violations.ts';

const SCREENS = [
  [390, 844],
  [1280, 800],
  [1920, 1080],
] as const;

const LOOKS = [
  ['en', 'dark'],
  ['zh-CN', 'light'],
] as const;

test.describe.configure({ mode: 'serial' });
let job = '';

test.beforeAll(async ({ browser, bed }) => {
  const days = [62, 60].map((ago) => bed.dayAgo(ago)) as [string, string];
  for (const [seed, day] of days.entries()) await bed.write('own', day, seed);
  const page = await browser.newPage();
  await openPlan(page, bed, 'own');
  await signedIn(page, bed);
  await typeDays(page, days[0], days[1]);
  job = await start(page);
  await expectState(page, 'awaiting_approval');
  await page.close();
});

const PAGES = [
  ['the calendar and the form', () => '/backfill?dataset=own', '[data-testid="calendar"][aria-busy="false"]'],
  ['a backfill with its comparison', () => `${job}?`, '[data-testid="day"] canvas'],
  ['the datasets', () => '/datasets?dataset=own', 'main table'],
] as const;

for (const [name, pathOf, seen] of PAGES) {
  test(`${name}: nothing is wider than the screen in both languages, and axe finds nothing in both themes`, async ({
    page,
    bed,
    complaints,
  }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    for (const [lang, theme] of LOOKS) {
      await page.goto(`${bed.server.url}${pathOf()}&lang=${lang}&theme=${theme}`);
      await expect(page.locator(seen).first()).toBeVisible();
      expect.soft(await findViolations(page), `${lang} ${theme}`).toEqual([]);
      for (const [width, height] of SCREENS) {
        await page.setViewportSize({ width, height });
        await expect.poll(() => tooWide(page), `${lang} at ${width}`).toEqual([]);
      }
    }
    expect(complaints.all()).toEqual([]);
  });
}

test('what a job went through is said in the language of the page', async ({ page, bed }) => {
  const log = async (lang: string, label: string) => {
    await page.goto(`${bed.server.url}${job}?lang=${lang}`);
    return expect(page.getByRole('list', { name: label }).getByRole('listitem').last());
  };
  await (await log('en', en.log.label)).toContainText('submitted');
  await (await log('zh-CN', zh.log.label)).toContainText('已提交');
});

/** What makes the page wider than the screen. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll('main *, header *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 5)
      .map((element) => `${element.tagName}.${element.className} ${element.textContent?.slice(0, 30)}`);
  });
}
