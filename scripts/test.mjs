import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideBrowser } from './browser.mjs';
import { buildApp, buildEngine } from './build.mjs';
import { runChecks } from './check.mjs';
import { playwrightCounts } from './playwright-counts.mjs';
import { runCommand, tool } from './run-command.mjs';

/** @typedef {import('./vitest-counts.mjs').Counted} Counted */

const PARTS = ['check', 'unit', 'browser'];

/** @param {string} title */
const heading = (title) => console.log(`\n── ${title} ──`);

/** @returns {Promise<Counted>} */
async function check() {
  const { passed, failed } = await runChecks();
  return { passed: passed.length, failed: failed.length, skipped: [] };
}

/**
 * Runs a tool that writes a report; one that fails without naming a failed test counts as one failure.
 *
 * @param {readonly string[]} args
 * @param {string} report
 * @param {(text: string) => Counted} read
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Counted>}
 */
async function countedRun(args, report, read, env) {
  const { code, problem } = await runCommand(process.execPath, args, { inherit: true, env });
  if (problem) console.log(problem);
  /** @type {Counted} */
  const counted = existsSync(report)
    ? read(readFileSync(report, 'utf8'))
    : { passed: 0, failed: 1, skipped: [] };
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  return counted;
}

/** @param {string} folder for reports */
async function unit(folder) {
  await buildEngine();
  const report = join(folder, 'vitest.json');
  const env = { ...process.env, GMV_TEST_REPORT: report };
  return countedRun([tool('vitest/vitest.mjs'), 'run'], report, JSON.parse, env);
}

/** @param {string} folder for reports */
async function browser(folder) {
  const found = await provideBrowser();
  if (found.path === null) {
    console.log(`skipped: no browser (${found.why})`);
    const skipped = [{ name: 'browser tests', reason: `no browser (${found.why})` }];
    return { passed: 0, failed: process.env.CI ? 1 : 0, skipped };
  }
  console.log(`browser: ${found.path}`);
  await buildEngine();
  await buildApp();
  const report = join(folder, 'playwright.json');
  const env = { ...process.env, GMV_BROWSER: found.path, GMV_TEST_REPORT: report };
  return countedRun([tool('@playwright/test/cli.js'), 'test'], report, playwrightCounts, env);
}

/** @param {readonly string[]} args */
async function main(args) {
  const unknown = args.find((arg) => !PARTS.includes(arg));
  if (unknown)
    throw new Error(`unknown part "${unknown}": give some of ${PARTS.join(', ')}, or nothing for all`);
  const chosen = PARTS.filter((part) => args.length === 0 || args.includes(part));
  const folder = mkdtempSync(join(tmpdir(), 'gmv-tests-'));
  const run = { check, unit: () => unit(folder), browser: () => browser(folder) };
  /** @type {Record<string, Counted>} */
  const results = {};
  try {
    for (const part of chosen) {
      heading(part);
      try {
        results[part] = await run[/** @type {keyof typeof run} */ (part)]();
      } catch (error) {
        console.error(error);
        results[part] = { passed: 0, failed: 1, skipped: [] };
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  summarize(results);
}

/** @param {Record<string, Counted>} results */
function summarize(results) {
  heading('summary');
  let passed = 0;
  let failed = 0;
  for (const [part, counted] of Object.entries(results)) {
    passed += counted.passed;
    failed += counted.failed;
    console.log(
      `${part}: passed ${counted.passed}, failed ${counted.failed}, skipped ${counted.skipped.length}`,
    );
    for (const { name, reason } of counted.skipped) console.log(`  skipped: ${name} (${reason})`);
  }
  if (passed + failed === 0) console.log('no test ran');
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed`);
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
