import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideBrowser } from './browser.mjs';
import { buildApp, buildEngine } from './build.mjs';
import { runChecks } from './check.mjs';
import { playwrightCounts } from './playwright-counts.mjs';
import { runCommand, tool } from './run-command.mjs';

/** @typedef {import('./vitest-counts.mjs').Counted} Counted */
/** @typedef {Awaited<ReturnType<typeof provideBrowser>>} FoundBrowser */

const PARTS = ['check', 'unit', 'browser'];

/** @param {string} title */
const heading = (title) => console.log(`\n── ${title} ──`);

/** @returns {Promise<Counted>} */
async function check() {
  const { passed, failed } = await runChecks();
  return { passed: passed.length, failed: failed.length, skipped: [] };
}

/**
 * Runs a tool that writes a report, with the part's name before each of its lines; one that fails without naming a
 * failed test counts as one failure.
 *
 * @param {string} part
 * @param {readonly string[]} args
 * @param {string} report
 * @param {(text: string) => Counted} read
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Counted>}
 */
async function countedRun(part, args, report, read, env = process.env) {
  /** @param {string} line */
  const say = (line) => console.log(`${part} │ ${line}`);
  const { code, problem } = await runCommand(process.execPath, args, {
    say,
    env: { ...env, GMV_TEST_REPORT: report },
  });
  if (problem) say(problem);
  /** @type {Counted} */
  const counted = existsSync(report)
    ? read(readFileSync(report, 'utf8'))
    : { passed: 0, failed: 1, skipped: [] };
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  return counted;
}

/** @param {string} folder for reports */
const unit = (folder) =>
  countedRun('unit', [tool('vitest/vitest.mjs'), 'run'], join(folder, 'vitest.json'), JSON.parse);

/**
 * @param {string} folder for reports
 * @param {FoundBrowser} found
 * @param {string} project of playwright.config.ts
 * @returns {Promise<Counted>}
 */
async function browser(folder, found, project) {
  if (found.path === null) {
    const reason = `no browser (${found.why})`;
    console.log(`skipped: ${reason}`);
    const skipped = [{ name: `browser tests: ${project}`, reason }];
    return { passed: 0, failed: process.env.CI ? 1 : 0, skipped };
  }
  const args = [tool('@playwright/test/cli.js'), 'test', `--project=${project}`];
  const report = join(folder, `playwright-${project}.json`);
  const env = { ...process.env, GMV_BROWSER: found.path };
  return countedRun('browser', args, report, playwrightCounts, env);
}

/**
 * Checks beside the builds; then unit and browser tests side by side, as either waits much for servers and brokers;
 * at last, alone, the browser tests that measure.
 *
 * @param {readonly string[]} args
 */
async function main(args) {
  const unknown = args.find((arg) => !PARTS.includes(arg));
  if (unknown)
    throw new Error(`unknown part "${unknown}": give some of ${PARTS.join(', ')}, or nothing for all`);
  const chosen = PARTS.filter((part) => args.length === 0 || args.includes(part));
  const folder = mkdtempSync(join(tmpdir(), 'gmv-tests-'));
  /** @type {Map<string, Counted[]>} */
  const results = new Map(chosen.map((part) => [part, []]));
  /** @param {string} part @param {() => Promise<Counted>} work one that fails as a whole counts as one failure */
  const run = async (part, work) => {
    const list = results.get(part);
    if (!list) return;
    try {
      list.push(await work());
    } catch (error) {
      console.error(error);
      list.push({ passed: 0, failed: 1, skipped: [] });
    }
  };
  try {
    heading(chosen.join(', '));
    const ready = prepare(chosen);
    ready.catch(() => undefined);
    await run('check', check);
    await Promise.all([
      run('unit', () => ready.then(() => unit(folder))),
      run('browser', () => ready.then((found) => browser(folder, found, 'beside'))),
    ]);
    await run('browser', () => ready.then((found) => browser(folder, found, 'alone')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  summarize(results);
}

/**
 * Builds what the chosen parts run, and finds them a browser.
 *
 * @param {readonly string[]} chosen
 * @returns {Promise<FoundBrowser>}
 */
async function prepare(chosen) {
  const found = chosen.includes('browser') ? await provideBrowser() : { path: null, why: 'not asked for' };
  if (found.path !== null) console.log(`browser: ${found.path}`);
  if (chosen.some((part) => part !== 'check')) {
    await buildEngine();
    await buildApp();
  }
  return found;
}

/** @param {ReadonlyMap<string, readonly Counted[]>} results */
function summarize(results) {
  heading('summary');
  let passed = 0;
  let failed = 0;
  for (const [part, list] of results) {
    const count = { passed: 0, failed: 0 };
    const skipped = list.flatMap((counted) => counted.skipped);
    for (const counted of list) {
      count.passed += counted.passed;
      count.failed += counted.failed;
    }
    passed += count.passed;
    failed += count.failed;
    console.log(`${part}: passed ${count.passed}, failed ${count.failed}, skipped ${skipped.length}`);
    for (const { name, reason } of skipped) console.log(`  skipped: ${name} (${reason})`);
  }
  if (passed + failed === 0) console.log('no test ran');
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed`);
}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
