import { expect } from '@playwright/test';
import { ask, expectOracle } from './expect-oracle.ts';
import { openLive, test } from './open-board.ts';
import { readFigures, type ScreenFigure, writtenNumber } from './screen-figures.ts';

test('numbers on screen equal the oracle for the same events at the same epoch', async ({
  page,
  server,
  complaints,
}) => {
  await openLive(page, `${server.url}/`);
  const metrics = ['gmv', 'orders', 'buyers', 'aov', 'refund_rate', 'payment_success_rate'];
  const dimensions = ['category', 'product', 'channel', 'payment_method'];
  const names = [
    ...metrics.map((metric) => `${metric} by nothing`),
    ...dimensions.map((dimension) => `gmv by ${dimension}`),
  ];
  await expectOracle(page, server, { epochs: 4, names });
  expect(complaints.all()).toEqual([]);
});

test('the wall shows the same figures', async ({ page, server, complaints }) => {
  await openLive(page, `${server.url}/wall`);
  await expectOracle(page, server, { epochs: 2, names: ['gmv by nothing'] });
  expect(complaints.all()).toEqual([]);
});

test('the screen equals the view that HTTP answers', async ({ page, server }) => {
  await openLive(page, `${server.url}/`);
  await expect(async () => {
    const answer = await ask(`${server.url}/api/view?metrics=gmv,orders,buyers&range=today`);
    const { rows } = await answer.json();
    const figures = await readFigures(page);
    for (const metric of ['gmv', 'orders', 'buyers'])
      expect(figures.find((figure) => figure.metric === metric)?.value).toBe(rows[0][metric]);
  }).toPass({ timeout: 120_000, intervals: [50] });
});

test('the headline never goes back, and rolls up to what is confirmed but never past it', async ({
  page,
  server,
}) => {
  await openLive(page, `${server.url}/`);
  let before = 0;
  for (let i = 0; i < 40; i++) {
    await page.waitForTimeout(50);
    const headline = (await readFigures(page)).find(({ metric }) => metric === 'gmv');
    const read = writtenNumber(headline?.text ?? '').value;
    expect(read).toBeLessThanOrEqual((headline?.value ?? 0) / 100);
    expect(read).toBeGreaterThanOrEqual(before);
    before = read;
  }
  expect(before).toBeGreaterThan(0);
});

test('what is written is what is meant: exact on hover, never more than confirmed', async ({
  page,
  server,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openLive(page, `${server.url}/`);
  const money = new Set(['gmv', 'refunds', 'net_gmv', 'aov']);
  let figures: readonly ScreenFigure[] = [];
  await expect
    .poll(async () => {
      figures = (await readFigures(page)).filter(({ value }) => value !== null);
      return figures.length;
    })
    .toBeGreaterThan(20);
  for (const { metric, value, text, title } of figures) {
    const meant = (value ?? 0) / (money.has(metric) ? 100 : 1);
    if (title) expect(writtenNumber(title).value, `${metric}: ${title}`).toBeCloseTo(meant, 8);
    const written = writtenNumber(text);
    expect(written.value, `${metric}: ${text}`).toBeLessThanOrEqual(meant + 1e-9);
    expect(meant - written.value, `${metric}: ${text}`).toBeLessThan(written.lastDigit);
  }
});
