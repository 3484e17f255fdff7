import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import {
  confirm,
  expectState,
  openPlan,
  signedIn,
  signIn,
  squareOf,
  start,
  test,
  typeDays,
  type WrittenDay,
} from './backfill-bed.ts';
import { openLive } from './open-board.ts';
import { simulatedOracle } from './simulated-day.ts';

test.describe.configure({ mode: 'serial' });

test('a viewer sees everything and can start nothing; signing in and out takes the password', async ({
  page,
  bed,
}) => {
  const day = bed.dayAgo(90);
  await bed.write('own', day, 90);
  await openPlan(page, bed, 'own', `&days=${day}`);
  await expect(page.getByRole('heading', { name: 'Backfills', level: 1 })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Backfills', level: 2 })).toBeVisible();
  await expect(page.getByText('Everybody may look; operators start backfills.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Start backfill' })).toHaveCount(0);
  await expect(page.getByText('Who did what')).toHaveCount(0);
  const draft = { dataset: 'own', spans: [{ from: day, to: day }], metrics: null, when: 'now' };
  const refused = await page.request.post(`${bed.server.url}/api/jobs`, {
    data: { draft: { ...draft, parallelism: 1, approval: { kind: 'manual' } }, estimate: 'x' },
    headers: { origin: bed.server.url },
  });
  expect([401, 403], 'the server refuses, not only the page').toContain(refused.status());

  await signIn(page, 'not the password');
  const dialog = page.getByRole('dialog', { name: 'Sign in as operator' });
  await expect(dialog.getByRole('alert')).not.toBeEmpty();
  await dialog.getByLabel('Password').fill(bed.password);
  // A wrong one is followed by a short wait, which the page counts down.
  const button = dialog.getByRole('button', { name: 'Sign in' });
  await expect(button).toBeEnabled();
  await button.click();
  await expect(page.getByRole('button', { name: 'Start backfill' })).toHaveAttribute(
    'aria-disabled',
    'false',
  );

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in to start' })).toBeVisible();
});

test('days are chosen, estimated, run, compared, published to an open board, and undone', async ({
  page,
  context,
  bed,
  complaints,
}) => {
  const { server } = bed;
  // Published days of the last week, and some before in whose middle one has no file.
  const shift = bed.dayAgo(4).slice(0, 4) === bed.dayAgo(3).slice(0, 4) ? 0 : 1;
  const [early, late] = [bed.dayAgo(4 + shift), bed.dayAgo(3 + shift)];
  const [first, hole, last] = [40, 39, 38].map((ago) => bed.dayAgo(ago + shift)) as [string, string, string];
  const written = new Map<string, WrittenDay>();
  for (const [seed, day] of [first, last, early, late].entries())
    written.set(day, await bed.write('own', day, seed));
  const expected = (day: string, metric: string) => written.get(day)?.figures[metric];
  const sample = simulatedOracle(server.dataFolder);
  const before = new Map([early, late].map((day) => [day, sample.past(bed.startOf(day))?.gmv]));

  const board = await context.newPage();
  await openLive(board, server.url);
  await board.evaluate(() => document.body.setAttribute('data-opened-before', ''));
  const shown = (day: string) =>
    board.locator(`[data-metric="gmv"][data-dimension="day"][data-key="${bed.startOf(day)}"]`);
  for (const [day, gmv] of before)
    if (gmv !== undefined) await expect(shown(day)).toHaveAttribute('data-value', String(gmv));

  await openPlan(page, bed, 'own');
  await signedIn(page, bed);
  await drag(page, early, late);
  await expect(squareOf(page, late)).toHaveAttribute('aria-selected', 'true');
  for (let weeks = 0; weeks < 5; weeks++) await page.keyboard.press('ArrowUp');
  await expect(squareOf(page, last)).toBeFocused();
  await expect(squareOf(page, last)).toHaveAccessibleName(/Missing/);
  await expect(squareOf(page, hole)).toHaveAccessibleName(/Nothing/);
  await page.keyboard.press(' ');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(squareOf(page, first)).toHaveAttribute('aria-selected', 'true');

  const estimate = page.getByTestId('estimate');
  await expect(estimate.locator('[data-units]')).toHaveAttribute('data-units', '4');
  const rows = [...written.values()].reduce((sum, day) => sum + day.rows, 0);
  await expect(estimate.getByText(String(rows), { exact: true })).toBeVisible();
  const instants = (await estimate.locator('[data-wide="true"] dd').allTextContents()).map(instantOf);
  expect(instants).toEqual([bed.startOf(first), bed.startOf(bed.dayAgo(2 + shift))]);
  await expect(page.getByText('Left out, as no file has them: 1')).toBeVisible();

  const address = await start(page);
  await page.reload();
  await expectState(page, 'awaiting_approval');
  expect(new URL(page.url()).pathname, 'the address is the job’s').toBe(address);
  const table = page.getByRole('table', { name: 'By day' });
  for (const day of [first, last, early, late]) {
    const row = table.locator(`tr[data-day="${day}"]`);
    await expect(row).toHaveAttribute('data-computed', String(expected(day, 'gmv')));
    const gmv = before.get(day);
    if (gmv !== undefined) await expect(row).toHaveAttribute('data-published', String(gmv));
  }
  await table.locator(`tr[data-day="${late}"]`).getByRole('button').click();
  const day = page.getByTestId('day');
  await expect(day).toHaveAttribute('data-day', late);
  await expect(day.getByText(`${written.get(late)?.rows} events applied`)).toBeVisible();
  const figures = day.locator('tr[data-metric]');
  const compared = await figures.evaluateAll((list) =>
    list.map(({ dataset }) => [dataset.metric ?? '', Number(dataset.computed)] as const),
  );
  expect(compared.length, 'figures that differ').toBeGreaterThan(8);
  for (const [metric, computed] of compared) expect(computed, metric).toBe(expected(late, metric));
  for (const [before, gmv] of [
    [early, written.get(early)?.figures.gmv],
    [late, written.get(late)?.figures.gmv],
  ] as const)
    await expect(shown(before), 'nothing is published yet').not.toHaveAttribute('data-value', String(gmv));

  await confirm(page, 'Approve', 'Approve and publish');
  await expectState(page, 'published');
  for (const day of [early, late])
    await expect(shown(day)).toHaveAttribute('data-value', String(expected(day, 'gmv')));
  await expect(board.locator('[data-restated="2"]')).toBeVisible();
  await board.reload();
  await expect(shown(late)).toHaveAttribute('data-value', String(expected(late, 'gmv')));
  await board.evaluate(() => document.body.setAttribute('data-opened-before', ''));

  await confirm(page, 'Undo', 'Undo');
  await expectState(page, 'undone');
  for (const [day, gmv] of before)
    if (gmv !== undefined) await expect(shown(day)).toHaveAttribute('data-value', String(gmv));
  await expect(board.locator('[data-restated]')).toHaveCount(0);
  await expect(board.locator('body[data-opened-before]'), 'it was not loaded anew').toBeAttached();

  await page.getByRole('link', { name: 'All backfills' }).click();
  await expect(page.locator('tr[data-job][data-state="undone"]')).toHaveCount(1);
  await page.getByText('Who did what').click();
  for (const what of [/approve/, /undo/])
    await expect(page.locator('tr[data-actor="operator"]').filter({ hasText: what }).first()).toBeVisible();
  expect(complaints.all()).toEqual([]);
});

test('a damaged file fails its own day by name; mended, only that day is tried again', async ({
  page,
  bed,
}) => {
  const days = [72, 71, 70].map((ago) => bed.dayAgo(ago)) as [string, string, string];
  for (const [seed, day] of days.entries()) await bed.write('torn', day, seed);
  const file = bed.fileOf('torn', days[1]);
  copyFileSync(file, `${file}.whole`);
  writeFileSync(file, damaged(readFileSync(file)));

  await openPlan(page, bed, 'torn');
  await signedIn(page, bed);
  await typeDays(page, days[0], days[2]);
  await start(page);
  await expectState(page, 'failed');
  const failures = page.getByRole('region', { name: 'Failed days' });
  await expect(failures.getByRole('listitem')).toHaveCount(1);
  await expect(failures).toContainText(`${days[1]}.parquet`);
  await expect(failures).toContainText('row group');
  await page.getByRole('radio', { name: '中文' }).check();
  const inChinese = page.locator(`li[data-day="${days[1]}"]`);
  await expect(inChinese).toContainText(`${days[1]}.parquet 行组`);
  await expect(inChinese).toContainText('文件已损坏：请重新写入，或不使用它。');
  await page.getByRole('radio', { name: 'EN', exact: true }).check();
  await expect(page.locator('[data-kind="done"][data-day]')).toHaveCount(2);

  copyFileSync(`${file}.whole`, file);
  await page.getByRole('button', { name: 'Retry failed days' }).click();
  await expectState(page, 'awaiting_approval');
  await expect(page.locator('[data-kind="done"][data-day]')).toHaveCount(3);
  await page.locator(`[data-kind="done"][data-day="${days[0]}"]`).click();
  await expect(page.getByTestId('unit').getByText('Attempts')).toBeVisible();
  await confirm(page, 'Discard', 'Discard');
  await expectState(page, 'discarded');
});

test('days whose files have changed are dirty, and one click repairs them all', async ({ page, bed }) => {
  const days = [50, 49].map((ago) => bed.dayAgo(ago)) as [string, string];
  for (const [seed, day] of days.entries()) await bed.write('own', day, seed);
  await openPlan(page, bed, 'own');
  await signedIn(page, bed);
  await typeDays(page, days[0], days[1]);
  await page.getByLabel('By itself').check();
  await start(page);
  await expectState(page, 'published');

  const changed = await bed.write('own', days[1], 99);
  await openPlan(page, bed, 'own', `&year=${days[1].slice(0, 4)}`);
  await expect(squareOf(page, days[1])).toHaveAccessibleName(/Dirty.*its files have changed/);
  await expect(squareOf(page, days[0])).toHaveAccessibleName(/Published/);
  await page.getByRole('button', { name: 'Repair all dirty days: 1' }).click();
  await start(page);
  await expectState(page, 'awaiting_approval');
  const day = page.getByTestId('day');
  await expect(day).toContainText('changed files');
  await expect(day.locator('tr[data-metric="gmv"]')).toHaveAttribute(
    'data-computed',
    String(changed.figures.gmv),
  );
  await confirm(page, 'Approve', 'Approve and publish');
  await expectState(page, 'published');
  await page.getByRole('link', { name: 'All backfills' }).click();
  await expect(squareOf(page, days[1])).toHaveAccessibleName(/Published.*restated/);
  await expect(page.getByRole('button', { name: /Repair all dirty days/ })).toHaveCount(0);
});

/** Presses on one day's square, goes to another's and lets go. */
async function drag(page: Page, from: string, to: string): Promise<void> {
  await squareOf(page, from).hover();
  await page.mouse.down();
  await squareOf(page, to).hover();
  await page.mouse.up();
}

/** The instant that a text such as `Wed, 11 Nov 2026 00:00:00 UTC+8` says. */
const instantOf = (text: string): number => Date.parse(text.replace('UTC', 'GMT'));

/** The footer whole, what it leads to not. */
function damaged(file: Buffer): Buffer {
  const torn = Buffer.from(file);
  return torn.fill(0xff, 4, Math.floor(torn.length / 4));
}
