import { defineConfig } from '@playwright/test';
import { browserArgs } from './scripts/browser.mjs';

const report = process.env.GMV_TEST_REPORT;
/** It measures how fast a page is: only alone does it tell. */
const ALONE = 'backfill-units.spec.ts';

/** One browser, one server at a time: figures are compared while the server is at work. */
export default defineConfig({
  testDir: 'e2e',
  // Limits end what hangs: other tests may have the processors.
  timeout: 600_000,
  expect: { timeout: 60_000 },
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: report ? [['list'], ['json', { outputFile: report }]] : 'list',
  projects: [
    // Folders of their own: a run empties its folder before it begins.
    { name: 'beside', testIgnore: ALONE, outputDir: 'test-results/beside' },
    { name: 'alone', testMatch: ALONE, outputDir: 'test-results/alone' },
  ],
  use: {
    launchOptions: { executablePath: process.env.GMV_BROWSER || undefined, args: browserArgs() },
    screenshot: 'only-on-failure',
  },
});
