import { setTimeout as sleep } from 'node:timers/promises';
import { expect, type Page } from '@playwright/test';
import { io, type Socket } from 'socket.io-client';
import {
  type ClientToServer,
  decodeFrame,
  type ServerToClient,
  SOCKET_PATH,
} from '../engine/protocol/socket-events.ts';
import type { ServerStatus } from '../engine/protocol/status.ts';
import type { ViewSpec } from '../engine/protocol/view.ts';
import { ask, expectedOf } from './expect-oracle.ts';
import { findViolations } from './find-violations.ts';
import type { LiveServer } from './live-server.ts';
import { expectNotTooWide, openLive, test } from './open-board.ts';
import { readFigures, type ScreenFigure } from './screen-figures.ts';
import { simulatedOracle } from './simulated-day.ts';

/** So long before figures are read whatever they are of was sent, and so long after it nothing more is. */
const BEFORE_MS = 2000;
const AFTER_MS = 700;

const chips = (page: Page) => page.getByTestId('filters').getByRole('listitem');
const headline = (page: Page) => page.locator('#headline-title');

async function rowsOf(server: LiveServer): Promise<number> {
  const { counts } = (await (await ask(`${server.url}/api/status`)).json()) as ServerStatus;
  return counts.rows;
}

/** The board's figures at an instant around which no event came that would change them, and the oracle's. */
async function quietFigures(page: Page, server: LiveServer) {
  const oracle = simulatedOracle(server.dataFolder);
  for (const untilMs = Date.now() + 120_000; ; ) {
    const rows = await rowsOf(server);
    await sleep(BEFORE_MS);
    const figures = await readFigures(page);
    await sleep(AFTER_MS);
    const where = { country: 'CN', channel: 'store' };
    const [before, after] = [rows, await rowsOf(server)].map((count) =>
      oracle.today(
        Date.now(),
        count,
        ({ country, channel }) => country === where.country && channel === where.channel,
      ),
    );
    if (before && after && JSON.stringify(before.figures) === JSON.stringify(after.figures))
      return { figures, today: after };
    expect(Date.now(), 'an instant of quiet').toBeLessThan(untilMs);
  }
}

test('two filters are chosen, shown exactly, shared by address, and taken back', async ({
  page,
  server,
  complaints,
}) => {
  await openLive(page, `${server.url}/`);
  const button = page.getByRole('button', { name: 'Filter', exact: true });
  await button.click();
  const dialog = page.getByRole('dialog', { name: 'Show only' });
  await dialog.getByRole('radio', { name: 'Channel' }).check();
  await dialog.getByRole('combobox').fill('sto');
  await expect(dialog.getByRole('option').first()).toHaveText(/^Store/);
  expect((await findViolations(page)).filter(({ isSerious }) => isSerious)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await expect(chips(page)).toHaveText(['Channel Store×']);
  // One filter alone is compared with last year.
  await expect(page.getByText(/by the same time on/)).toBeVisible();
  // Orders and buyers are drawn, too, and say that last year's are not kept: alone refunds ÷ GMV is compared.
  const tiles = page.getByRole('list', { name: 'today' }).getByRole('listitem');
  await expect(tiles.locator('svg path[d^="M"]').nth(6)).toBeAttached({ timeout: 60_000 });
  await expect(tiles.filter({ hasText: 'no comparison' })).toHaveCount(4);

  await page.getByRole('button', { name: 'China', exact: true }).click();
  await expect(chips(page)).toHaveText(['Channel Store×', 'Country China×']);
  await expect(headline(page)).toHaveText(/filtered$/);
  await expect(page.getByText('Not compared')).toBeVisible();
  await expect(page.getByText('only today is kept')).toBeVisible();
  await expect(async () => {
    const compared = new Set<string>();
    const { figures, today } = await quietFigures(page, server);
    for (const figure of figures) {
      const expected = expectedOf(null, today, figure);
      if (expected === undefined) continue;
      expect(figure.value, `${figure.metric} by ${figure.dimension}, ${figure.key}`).toBe(expected);
      compared.add(`${figure.metric} by ${figure.dimension}`);
    }
    for (const metric of ['gmv', 'orders', 'buyers', 'aov', 'refund_rate', 'payment_success_rate'])
      expect([...compared]).toContain(`${metric} by null`);
    for (const dimension of ['category', 'product', 'channel', 'payment_method', 'country', 'hour'])
      expect([...compared]).toContain(`gmv by ${dimension}`);
  }).toPass({ timeout: 240_000 });

  await page.reload();
  await expect(chips(page)).toHaveText(['Channel Store×', 'Country China×']);
  await expect(async () => {
    const answer = await ask(
      `${server.url}/api/view?metrics=gmv,orders&filter.country=CN&filter.channel=store`,
    );
    const { rows } = await answer.json();
    const figures = await readFigures(page);
    for (const metric of ['gmv', 'orders'])
      expect(figures.find((figure) => isTotal(figure, metric))?.value).toBe(rows[0][metric]);
  }).toPass({ timeout: 120_000, intervals: [50] });
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNotTooWide(page);
  // On the way back Chromium asks for a favicon.ico, whatever the page names.
  expect(complaints.all()).toEqual([]);

  await page.goBack();
  await expect(chips(page)).toHaveText(['Channel Store×']);
  await page.getByRole('button', { name: 'Remove the filter Channel Store' }).click();
  await expect(page.getByTestId('filters')).toBeHidden();
  // An address follows its page a moment later.
  await expect.poll(() => new URL(page.url()).searchParams.getAll('filter')).toEqual([]);
});

const isTotal = ({ metric, dimension }: ScreenFigure, name: string): boolean =>
  metric === name && dimension === null;

test('a combination too many is refused with what to do, and comes by itself when there is room', async ({
  page,
  server,
}) => {
  const socket: Socket<ServerToClient, ClientToServer> = io(server.url, {
    path: SOCKET_PATH,
    transports: ['websocket'],
  });
  const spec = { metrics: ['gmv'], grain: 'range', range: { kind: 'today' } } as const;
  const views = ['app', 'web', 'live_stream', 'mini_program'].map(
    (channel): ViewSpec => ({ ...spec, filter: { channel, payment_method: 'alipay' } }),
  );
  const held = new Set<string>();
  socket.on('frame', (text) => {
    const frame = decodeFrame(text, []);
    for (const { view } of frame.views) held.add(view);
    socket.emit('ack', frame.epoch);
  });
  try {
    // Combinations that were looked at a moment ago keep their places for a while.
    await expect(async () => {
      socket.emit('views', views);
      await sleep(500);
      expect(held.size).toBe(4);
    }).toPass({ timeout: 120_000 });
    await page.goto(`${server.url}/?lang=en&filter=channel:store&filter=country:CN`);
    await expect(page.getByTestId('filters').getByRole('status')).toContainText('Remove a filter, or wait');
    await expect(page.getByText('too many combinations at a time').first()).toBeVisible();
    socket.emit('views', []);
    await expect(page.getByTestId('filters').getByRole('status')).toHaveText('', { timeout: 120_000 });
    await expect(headline(page)).toHaveText(/filtered$/);
    await expect(page.locator('[data-metric="orders"]').first()).not.toHaveText('–');
  } finally {
    socket.disconnect();
  }
});
