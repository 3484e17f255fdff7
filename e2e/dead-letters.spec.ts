import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { FatedRecord } from '../test/dead-letters/fated-batch.ts';
import { layLetters } from '../test/dead-letters/lay-letters.ts';
import { findViolations } from './find-violations.ts';
import { createLiveServer, type LiveServer } from './live-server.ts';
import { expectNotTooWide, test } from './open-board.ts';

const MANY = 420;
const REASONS = ['malformed:amount_minor', 'not_json', 'null:order_id'];

const records: Readonly<Record<string, readonly FatedRecord[]>> = {
  'orders/0': Array.from({ length: MANY }, (_, i) => {
    return { offset: i, value: `{"n":${i}}`, reason: REASONS[i % REASONS.length], eventId: `e-${i}` };
  }),
  'orders/1': [
    { offset: 1, value: '<img src=x onerror=alert(1)>\u202e', reason: 'not_json' },
    { offset: 2, value: Buffer.from('fffe00', 'hex'), reason: 'not_json' },
    { offset: 3, value: 'x'.repeat(100_000), reason: 'not_json' },
  ],
  'refunds/0': [{ offset: 0, value: '{"event_id":"c"}', fate: 'conflict', eventId: 'c' }],
};

test.describe.configure({ mode: 'serial' });

let letters: LiveServer;
test.beforeAll(async () => {
  test.setTimeout(240_000);
  letters = await createLiveServer(0);
  await layLetters(join(letters.dataFolder, 'live'), records);
  await letters.start();
});
test.afterAll(() => letters?.discard());

const open = async (page: Page, query = ''): Promise<void> => {
  await page.goto(`${letters.url}/dead-letters?lang=en${query}`);
  await expect(page.getByRole('row').nth(1)).toBeVisible();
};
const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('cell') });

test('lists the newest first, by reason and topic, a page at a time', async ({ page, complaints }) => {
  await open(page);
  await expect(rows(page)).toHaveCount(50);
  await expect(rows(page).first()).toContainText('refunds/0 0');
  await page.getByRole('button', { name: /Show more/ }).click();
  await expect(rows(page)).toHaveCount(250);
  await page.getByRole('button', { name: /Show more/ }).click();
  await expect(rows(page)).toHaveCount(MANY + 4);
  await expect(page.getByRole('button', { name: /Show more/ })).toHaveCount(0);
  const names = await rows(page).locator('button').allTextContents();
  expect(new Set(names).size).toBe(MANY + 4);

  await page.getByRole('radio', { name: /null:order_id 140/ }).check({ force: true });
  await expect(page).toHaveURL(/reason=null%3Aorder_id|reason=null:order_id/);
  await expect(rows(page).first()).toContainText('orders/0 419');
  await expect(rows(page)).toHaveCount(50);
  await page.goBack();
  await expect(rows(page).first()).toContainText('refunds/0 0');
  expect(complaints.all()).toEqual([]);
});

test('shows by keyboard what a letter holds, why it is one and what to type', async ({
  page,
  complaints,
}) => {
  await open(page, '&topic=orders&reason=malformed:amount_minor');
  await rows(page).locator('button').first().focus();
  await page.keyboard.press('Enter');
  const letter = page.getByTestId('letter');
  await expect(letter.getByRole('heading', { level: 2 })).toHaveText('malformed:amount_minor');
  await expect(letter).toContainText(
    'The field for amount_minor holds something else than the mapping says.',
  );
  await expect(letter).toContainText('{"n":417}');
  await expect(letter).toContainText(
    'npm run -s gmv -- dead-letters resend --reason malformed:amount_minor --topic orders --dry-run',
  );
  expect(complaints.all()).toEqual([]);
});

test('shows odd values as they are: markup as text, bytes as hex, the beginning of a long one', async ({
  page,
  complaints,
}) => {
  const letter = page.getByTestId('letter');
  await open(page, '&at=orders/1/1');
  await expect(letter.locator('pre')).toHaveText('<img src=x onerror=alert(1)>\\u{202e}');
  await open(page, '&at=orders/1/2');
  await expect(letter.locator('pre')).toContainText('00000000  ff fe 00');
  await open(page, '&at=orders/1/3');
  await expect(letter).toContainText('the first 65,536 of 100,000');
  await expect(letter).not.toContainText('resend');
  await open(page, '&at=refunds/0/0');
  await expect(letter).toContainText('Sending it again would only repeat the conflict.');
  await expect(letter).not.toContainText('dead-letters resend');
  expect(complaints.all()).toEqual([]);
});

test('a letter that is there no more is said to be', async ({ page }) => {
  await open(page, '&at=orders/9/9');
  await expect(page.getByTestId('letter').getByRole('alert')).toContainText(
    'There is no letter of orders/9 9',
  );
});

test('a list that the server cannot give yet is asked for again', async ({ page }) => {
  let refusals = 0;
  await page.route('**/api/dead-letters', (route) => {
    if (refusals++ >= 2) return route.continue();
    return route.fulfill({ status: 503, json: { error: 'The data thread is starting' } });
  });
  await page.goto(`${letters.url}/dead-letters?lang=en`);
  await expect(page.getByText('The letters can’t be read')).toBeVisible();
  await expect(rows(page)).toHaveCount(50);
  await expect(page.getByText('The letters can’t be read')).toHaveCount(0);
});

for (const theme of ['dark', 'light']) {
  test(`axe finds nothing serious in the ${theme} theme`, async ({ page }) => {
    await open(page, `&theme=${theme}&topic=refunds&at=orders/0/417`);
    await expect(page.getByTestId('letter').locator('pre')).toBeVisible();
    expect((await findViolations(page)).filter(({ isSerious }) => isSerious)).toEqual([]);
  });
}

for (const width of [390, 1280, 1920]) {
  test(`fits a width of ${width}, list and letter`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    for (const lang of ['en', 'zh-CN']) {
      await page.goto(`${letters.url}/dead-letters?lang=${lang}`);
      await rows(page).locator('button').first().click();
      await expect(page.getByTestId('letter').locator('pre')).toBeVisible();
      await expectNotTooWide(page);
      if (width > 700) continue;
      await expect(rows(page).first()).toBeHidden();
      await page.getByRole('button', { name: /Back to the list|返回列表/ }).click();
      await expect(rows(page).first()).toBeVisible();
    }
  });
}

test('the board leads there, and a simulator has none', async ({ page, server, complaints }) => {
  await page.goto(`${server.url}/?lang=en&theme=light`);
  await page.getByRole('link', { name: 'Rejected' }).click();
  await expect(page).toHaveURL(/\/dead-letters\?lang=en&theme=light$/);
  await expect(page.getByText('Letters are kept where they come from Kafka.')).toBeVisible();
  expect(complaints.all()).toEqual([]);
});
