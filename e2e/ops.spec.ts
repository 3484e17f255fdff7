import { expect, type Locator, type Page } from '@playwright/test';
import { skipped } from '../test/kafka/kafka-bed.ts';
import { findViolations } from './find-violations.ts';
import { type KafkaBoard, openKafkaBoard, paidOrder } from './kafka-board.ts';
import { expectNotTooWide, openLive, test } from './open-board.ts';

const PARTITIONS = 3;
/** Until the server has seen that its broker is gone, or is there again. */
const NOTICED_MS = 120_000;

test.describe.configure({ mode: 'serial' });

const amounts = Array.from({ length: 60 }, (_, i) => 10_000 + 37 * i);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

test('the page of operations is clean in both themes and fits, with the simulator', async ({
  page,
  server,
  complaints,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openOps(page, server.url);
  await expect(page.getByText('Orders come from the simulator')).toBeVisible();
  await expect(page.locator('[data-thread="live"]')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Dead letters' })).toHaveCount(0);
  await expectClean(page);
  await page.getByRole('radio', { name: 'Light' }).check({ force: true });
  await expectClean(page);
  await page.getByRole('radio', { name: '中文' }).check({ force: true });
  await expect(page.getByRole('heading', { name: '运维' })).toBeVisible();
  await expectNotTooWide(page);
  expect(complaints.all()).toEqual([]);
});

test.describe('with a real broker', () => {
  test.skip(skipped !== null, skipped ?? '');

  let board: KafkaBoard;
  test.beforeAll(async () => {
    test.setTimeout(400_000);
    board = await openKafkaBoard(PARTITIONS);
    const orders = amounts.map((amount, i) => paidOrder(i, amount));
    await board.send([...orders, '{"event_id"', orders[0] ?? '', paidOrder(1000, 1).replace('CNY', 'EUR')]);
  });
  test.afterAll(() => board?.discard());

  test('the board counts what was sent, and its pill leads to how it was read', async ({
    page,
    complaints,
  }) => {
    await openLive(page, `${board.server.url}/`);
    await expect(total(page, 'gmv')).toHaveAttribute('data-value', String(sum(amounts)));
    await expect(total(page, 'orders')).toHaveAttribute('data-value', String(amounts.length));
    const fates = { rows: 63, applied: 60, duplicates: 1, conflicts: 0, late: 0, rejected: 2 };
    for (const [fate, rows] of Object.entries(fates))
      await expect(total(page, `rows.${fate}`)).toHaveAttribute('data-value', String(rows));

    await page.getByTestId('connection').first().click();
    await expect(page).toHaveURL(/\/ops\?lang=en/);
    const partitions = page.locator('[data-partition]');
    await expect(partitions).toHaveCount(PARTITIONS);
    for (let i = 0; i < PARTITIONS; i++) {
      const row = page.locator(`[data-partition="${board.topic}/${i}"]`);
      await expect(row).toHaveAttribute('data-next', String(63 / PARTITIONS));
      await expect(row).toHaveAttribute('data-lag', '0');
    }
    for (const reason of ['not_json', 'currency'])
      await expect(page.getByRole('row', { name: `${reason} 1` })).toBeVisible();
    for (const thread of ['main', 'live', 'data', 'intake', 'archive'])
      await expect(page.locator(`[data-thread="${thread}"]`)).toBeVisible();
    await expect(page.getByText('nothing new since'), 'a checkpoint has everything').toBeVisible();
    await expectClean(page);
    for (const [width, height] of [
      [390, 844],
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expectNotTooWide(page);
    }
    await page.getByRole('link', { name: 'Dead letters' }).click();
    await expect(page.getByRole('row', { name: /not_json/ })).toBeVisible();
    expect(complaints.all()).toEqual([]);
  });

  test('a broker that goes is named, figures stay and are dimmed until it is back', async ({
    page,
    context,
  }) => {
    await openLive(page, `${board.server.url}/`);
    const ops = await context.newPage();
    await openOps(ops, board.server.url);
    await board.stopBroker();

    const pill = page.getByTestId('connection').first();
    await expect(pill).toHaveAttribute('data-state', 'interrupted', { timeout: NOTICED_MS });
    await expect(page.getByRole('alert').filter({ hasText: 'Nothing can be read from Kafka' })).toBeVisible();
    await expect(total(page, 'gmv')).toHaveAttribute('data-value', String(sum(amounts)));
    await expect.poll(() => opacity(page.locator('main'))).toBeLessThan(0.7);
    await expect(ops.locator('[data-state="silent"]')).toHaveCount(PARTITIONS);
    await expect(
      ops
        .getByRole('alert')
        .filter({ hasText: /127\.0\.0\.1:\d+/ })
        .first(),
    ).toBeVisible();

    await board.startBroker();
    await board.send([paidOrder(2000, 555)]);
    await expect(pill).toHaveAttribute('data-state', 'live', { timeout: NOTICED_MS });
    await expect(total(page, 'gmv')).toHaveAttribute('data-value', String(sum(amounts) + 555));
    await expect.poll(() => opacity(page.locator('main'))).toBe(1);
    await expect(ops.locator('[data-state="silent"]')).toHaveCount(0);
  });
});

async function openOps(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/ops?lang=en`);
  await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'live', { timeout: 120_000 });
}

const total = (page: Page, metric: string): Locator =>
  page.locator(`[data-metric="${metric}"]:not([data-dimension])`).first();

const opacity = (element: Locator): Promise<number> =>
  element.evaluate((main) => Number(getComputedStyle(main).opacity));

async function expectClean(page: Page): Promise<void> {
  expect(await findViolations(page)).toEqual([]);
}
