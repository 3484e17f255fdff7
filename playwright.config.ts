import { defineConfig } from '@playwright/test';
import { browserArgs } from './scripts/browser.mjs';

const report = process.env.GMV_TEST_REPORT;

/** One browser, one server at a time: figures are compared while the server is at work. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: report ? [['list'], ['json', { outputFile: report }]] : 'list',
  use: {
    launchOptions: { executablePath: process.env.GMV_BROWSER || undefined, args: browserArgs() },
    screenshot: 'only-on-failure',
  },
});
