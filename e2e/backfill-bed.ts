import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { hashPassword } from '../engine/access/password-hash.ts';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { writeOrderFile } from '../test/event-files.ts';
import { type OracleRow, oracle } from '../test/oracle.ts';
import { createLiveServer, type LiveServer } from './live-server.ts';
import { test as base } from './open-board.ts';
import { ordersOfDays } from './orders-of-days.ts';

const PASSWORD = 'the-password-of-these-tests';
const DATASETS = ['own', 'torn', 'long'] as const;
type DatasetName = (typeof DATASETS)[number];

/** A server on the simulator that has datasets of its own beside the sample history, all empty at first. */
export interface BackfillBed {
  readonly server: LiveServer;
  readonly password: string;
  /** `2026-11-11` of the business day that lies so many days before today. */
  dayAgo(days: number): string;
  startOf(day: string): number;
  fileOf(dataset: DatasetName, day: string): string;
  /** Writes a day's file, or another in its place, and gives its rows and what its figures must be. */
  write(dataset: DatasetName, day: string, seed: number): Promise<WrittenDay>;
  /** Writes one file with an order on each of so many days up to one; gives the first of them. */
  writeLong(days: number, last: string): Promise<string>;
}

export interface WrittenDay {
  readonly rows: number;
  readonly figures: OracleRow;
}

async function createBackfillBed(): Promise<BackfillBed> {
  const server = await createLiveServer(30_000, {
    datasets: Object.fromEntries(
      DATASETS.map((name) => [name, { title: `Files: ${name}`, files: `${name}/*.parquet` }]),
    ),
    access: { passwordHash: await hashPassword(PASSWORD, randomBytes) },
  });
  const folder = dirname(server.dataFolder);
  for (const name of DATASETS) mkdirSync(join(folder, name));
  const calendar = createBusinessCalendar(server.timeZone);
  const today = calendar.dayOf(Date.now()).index;
  const bed: BackfillBed = {
    server,
    password: PASSWORD,
    dayAgo: (days) => calendar.dayOfIndex(today - days).label,
    startOf: (day) => calendar.dayOfLabel(day).startMs,
    fileOf: (dataset, day) => join(folder, dataset, `${day}.parquet`),
    async write(dataset, day, seed) {
      const events = ordersOfDays({ fromMs: bed.startOf(day), days: 1, perDay: 40, seed });
      await writeOrderFile(bed.fileOf(dataset, day), events, 50);
      const [figures] = oracle({ events, timeZone: server.timeZone, currency: 'CNY' }).by.day ?? [];
      if (!figures) throw new Error(`no orders of ${day} were made`);
      return { rows: events.length, figures };
    },
    async writeLong(days, last) {
      const first = calendar.dayOfIndex(calendar.dayOfLabel(last).index - days + 1);
      const events = ordersOfDays({ fromMs: first.startMs, days, perDay: 1, seed: 5 });
      await writeOrderFile(bed.fileOf('long', last), events, 500);
      return first.label;
    },
  };
  return bed;
}

/** A test with such a server per worker, which starts once its first files can be written. */
export const test = base.extend<object, { bed: BackfillBed }>({
  bed: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
    async ({}, use) => {
      const bed = await createBackfillBed();
      await bed.server.start();
      await use(bed);
      await bed.server.discard();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
});

/** Opens the page of backfills of a dataset and waits until its days are there. */
export async function openPlan(page: Page, bed: BackfillBed, dataset: string, more = ''): Promise<void> {
  await page.goto(`${bed.server.url}/backfill?lang=en&dataset=${dataset}${more}`);
  await expect(page.getByTestId('calendar')).toHaveAttribute('aria-busy', 'false', { timeout: 120_000 });
}

/** Signs in by the page's own way, with a password. */
export async function signIn(page: Page, password: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in as operator' });
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

export async function signedIn(page: Page, bed: BackfillBed): Promise<void> {
  await signIn(page, bed.password);
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** A day's square in the calendar. */
export const squareOf = (page: Page, day: string): Locator =>
  page.getByRole('gridcell').and(page.locator(`[data-day="${day}"]`));

/** Writes the first and last day into the form instead of looking for them in the calendar. */
export async function typeDays(page: Page, from: string, to: string): Promise<void> {
  await page.getByLabel('From day').last().fill(from);
  await page.getByLabel('To day, included').last().fill(to);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

/** Starts what the form says, once it is estimated; gives the job's address. */
export async function start(page: Page): Promise<string> {
  const button = page.getByRole('button', { name: 'Start backfill' });
  await expect(button).toHaveAttribute('aria-disabled', 'false');
  await button.click();
  await page.waitForURL(/\/backfill\/[^?]+/);
  return new URL(page.url()).pathname;
}

/** The job's page has come to a state. */
export async function expectState(page: Page, state: string | RegExp): Promise<void> {
  await expect(page.locator('main [data-job]').first()).toHaveAttribute('data-state', state, {
    timeout: 120_000,
  });
}

/** Does what asks first, by the button and then the answer of the dialog. */
export async function confirm(page: Page, action: string, answer: string): Promise<void> {
  await page.getByRole('button', { name: `${action} …` }).click();
  await page.getByRole('dialog').getByRole('button', { name: answer }).click();
}
