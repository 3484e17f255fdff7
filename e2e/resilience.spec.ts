import { expect } from '@playwright/test';
import { expectOracle } from './expect-oracle.ts';
import { openLive, test } from './open-board.ts';
import { headlineEpoch } from './screen-figures.ts';

test.describe.configure({ mode: 'serial' });

for (const path of ['/', '/wall']) {
  test(`a dropped socket resumes on ${path} without a gap`, async ({ page, context, server }) => {
    const drops: (() => Promise<void>)[] = [];
    await page.routeWebSocket(/\/live/, (socket) => {
      socket.connectToServer();
      drops.push(() => socket.close());
    });
    await openLive(page, `${server.url}${path}`);
    const pill = page.getByTestId('connection').first();

    await context.setOffline(true);
    await Promise.all(drops.map((drop) => drop()));
    await expect(pill).toHaveAttribute('data-state', 'reconnecting');
    const epochAtDrop = await headlineEpoch(page);
    await page.waitForTimeout(2000);
    expect(await headlineEpoch(page), 'what was confirmed stays').toBe(epochAtDrop);

    await context.setOffline(false);
    await expect(pill).toHaveAttribute('data-state', 'live', { timeout: 30_000 });
    expect(drops.length).toBeGreaterThanOrEqual(2);
    await expect.poll(() => headlineEpoch(page)).toBeGreaterThan(epochAtDrop);
    await expectOracle(page, server, 3);
  });
}

test('the open page survives a restart of the server', async ({ page, server, complaints }) => {
  await openLive(page, `${server.url}/`);
  await page.evaluate(() => document.body.setAttribute('data-opened-before', ''));
  const pill = page.getByTestId('connection').first();

  expect(await server.stop('SIGTERM'), 'it ends cleanly').toBe(0);
  await expect(pill).toHaveAttribute('data-state', 'reconnecting');
  await expect(page.locator('[data-metric="gmv"]').first()).toBeVisible();

  await server.start();
  await expect(pill).toHaveAttribute('data-state', 'live', { timeout: 60_000 });
  await expect(page.locator('body[data-opened-before]'), 'the page was not loaded anew').toBeAttached();
  complaints.forget();
  await expectOracle(page, server, 3);
  expect(complaints.all()).toEqual([]);
});
