import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { runCommand, tool } from './run-command.mjs';

/** How long Playwright may take to download its browser, and apt-get to install Debian's; ms. */
const DOWNLOAD_MS = 180_000;
const APT_MS = 300_000;

const COMMANDS = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];
const PLACES = [
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const isRoot = () => process.getuid?.() === 0;

/** Arguments that the tests' browser runs with; its sandbox needs a user other than root. */
export const browserArgs = () => [
  ...(isRoot() ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Starts the browser once: a file that exists may still lack its libraries.
 *
 * @param {string} path
 * @returns {Promise<string | null>} why it doesn't run; null when it does
 */
async function reasonItDoesNotRun(path) {
  if (!existsSync(path)) return `${path} does not exist`;
  try {
    const browser = await chromium.launch({ executablePath: path, args: browserArgs(), timeout: 60_000 });
    await browser.close();
    return null;
  } catch (error) {
    const [first = 'it does not start'] = String(error instanceof Error ? error.message : error).split('\n');
    return `${path} does not run: ${first}`;
  }
}

/** @param {string | undefined} path the PATH variable */
function installedBrowsers(path) {
  const folders = (path ?? '').split(delimiter).filter(Boolean);
  const commands = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...commands, ...PLACES].filter((file) => existsSync(file));
}

async function downloadPlaywrightBrowser() {
  const path = chromium.executablePath();
  if (existsSync(path)) return path;
  console.log('browser: none is installed; trying the download of Playwright …');
  const args = [tool('@playwright/test/cli.js'), 'install', 'chromium'];
  const { code, output, problem } = await runCommand(process.execPath, args, { timeoutMs: DOWNLOAD_MS });
  if (code === 0) return path;
  const line = output.split('\n').find((text) => /error|failed/i.test(text));
  throw new Error(`Playwright's download failed (${problem ?? line?.trim() ?? `exit code ${code}`})`);
}

async function installDebianBrowser() {
  if (!existsSync('/usr/bin/apt-get')) throw new Error("no apt-get for Debian's chromium");
  if (!isRoot()) throw new Error("not root, so Debian's chromium can't be installed");
  console.log("browser: installing Debian's chromium …");
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { code, output, problem } = await runCommand('apt-get', args, { env, timeoutMs: APT_MS });
    if (code === 0) continue;
    const line = output
      .trim()
      .split('\n')
      .findLast((text) => text.startsWith('E:'));
    throw new Error(`apt-get ${args[0]} failed (${problem ?? line ?? `exit code ${code}`})`);
  }
  return '/usr/bin/chromium';
}

/**
 * Finds a Chrome or Chromium for the tests, and gets one where there is none: the path in GMV_BROWSER → an
 * installed one → Playwright's own → Debian's. A configured path that doesn't run is not passed over.
 *
 * @returns {Promise<{ path: string } | { path: null, why: string }>}
 */
export async function provideBrowser() {
  const configured = process.env.GMV_BROWSER;
  if (configured) {
    const reason = await reasonItDoesNotRun(configured);
    return reason ? { path: null, why: `GMV_BROWSER: ${reason}` } : { path: configured };
  }
  /** @type {string[]} */
  const reasons = [];
  for (const path of installedBrowsers(process.env.PATH)) {
    const reason = await reasonItDoesNotRun(path);
    if (!reason) return { path };
    reasons.push(reason);
  }
  for (const get of [downloadPlaywrightBrowser, installDebianBrowser]) {
    try {
      const path = await get();
      const reason = await reasonItDoesNotRun(path);
      if (!reason) return { path };
      reasons.push(reason);
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { path: null, why: reasons.join('; ') };
}
