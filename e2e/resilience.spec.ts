import { expect } from '@playwright/test';
import { DIMMED } from '../components/live/connection.ts';
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
    await expect(pill).toHaveAttribute('data-state', 'live', { timeout: 120_000 });
    expect(drops.length).toBeGreaterThanOrEqual(2);
    await expect.poll(() => headlineEpoch(page)).toBeGreaterThan(epochAtDrop);
    await expectOracle(page, server, { epochs: 3 });
  });
}

test('a server that hangs is called silent and its figures are dimmed, until it goes on', async ({
  page,
  server,
}) => {
  await openLive(page, `${server.url}/`);
  const pill = page.getByTestId('connection').first();
  const opacity = () => page.locator('main').evaluate((main) => Number(getComputedStyle(main).opacity));
  server.signal('SIGSTOP');
  try {
    await expect(pill).toHaveAttribute('data-state', 'stale', { timeout: 60_000 });
    await expect.poll(opacity).toBeLessThan(0.7);
    await expect(page.getByRole('alert').filter({ hasText: /five seconds/ })).toBeVisible();
  } finally {
    server.signal('SIGCONT');
  }
  await expect(pill).toHaveAttribute('data-state', 'live');
  await expect.poll(opacity).toBe(1);
  await expectOracle(page, server, { epochs: 2 });
});

const TOTALS = 'main [data-metric]:not([data-dimension])';
const KEYS = 'main [data-dimension]';

/** Notes, on every change of the page, what must not be seen: figures gone, or old ones that look live. */
const watchFigures = (of: {
  readonly totals: string;
  readonly keys: string;
  readonly whenDimmed: readonly string[];
}) => {
  const seen = new Set<string>();
  Object.assign(window, { seenAmiss: seen });
  const look = () => {
    const state = document.querySelector<HTMLElement>('[data-testid="connection"]')?.dataset.state ?? '';
    const totals = document.querySelectorAll(of.totals);
    const keys = document.querySelectorAll(of.keys);
    const dimmed = document.querySelector('[data-dimmed="true"]') !== null;
    if (totals.length < 6 || keys.length < 30) seen.add(`figures are missing while ${state}`);
    if (dimmed !== of.whenDimmed.includes(state)) seen.add(`dimmed wrongly: ${state}`);
    if (state === 'connecting' || state === 'starting') seen.add(`called ${state}`);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
};
const seenAmiss = () => [...(window as unknown as { seenAmiss: Set<string> }).seenAmiss];

test('the open page survives a restart of the server', async ({ page, server, complaints }) => {
  await openLive(page, `${server.url}/`);
  await page.evaluate(() => document.body.setAttribute('data-opened-before', ''));
  await expect(page.locator(TOTALS).nth(5)).toBeAttached();
  await expect(page.locator(KEYS).nth(29)).toBeAttached();
  await page.evaluate(watchFigures, { totals: TOTALS, keys: KEYS, whenDimmed: [...DIMMED] });
  const pill = page.getByTestId('connection').first();

  expect(await server.stop('SIGTERM'), 'it ends cleanly').toBe(0);
  await expect(pill).toHaveAttribute('data-state', 'reconnecting');
  await expect(page.locator('[data-metric="gmv"]').first()).toBeVisible();

  await server.start();
  await expect(pill).toHaveAttribute('data-state', 'live', { timeout: 120_000 });
  await expect(page.locator('body[data-opened-before]'), 'the page was not loaded anew').toBeAttached();
  expect(await page.evaluate(seenAmiss)).toEqual([]);
  complaints.forget();
  await expectOracle(page, server, { epochs: 3 });
  expect(complaints.all()).toEqual([]);
});

test('code that could not be loaded is loaded as soon as it can be: of the socket, the charts and the map', async ({
  page,
  server,
}) => {
  const html = await (await page.request.get(server.url)).text();
  const tries = new Map<string, number>();
  let isAway = true;
  await page.route('**/_next/static/**/*.js', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (html.includes(pathname)) return route.continue();
    tries.set(pathname, (tries.get(pathname) ?? 0) + 1);
    return isAway ? route.abort() : route.continue();
  });
  await page.goto(`${server.url}/?lang=en`);
  await expect.poll(() => Math.max(0, ...tries.values())).toBeGreaterThanOrEqual(5);
  await expect(page.getByTestId('connection').first()).toHaveAttribute('data-state', 'connecting');
  isAway = false;
  await expect(page.getByTestId('connection').first()).toHaveAttribute('data-state', 'live');
  await expect(page.getByRole('img', { name: /World map/ }).locator('canvas')).toBeVisible();
  await expectOracle(page, server, { epochs: 1 });
});
