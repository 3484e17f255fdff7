import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { buildEngine, ROOT } from './build.mjs';

/**
 * `npm run dev`: the same server with Next in development. Pages change in place; when the engine or the
 * configuration changes, its bundles are built and the server starts anew.
 */
const SETTLE_MS = 150;

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/** @type {NodeJS.ProcessEnv} */
const env = { ...process.env, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' };

function startServer() {
  const entry = join(ROOT, 'dist', 'server.js');
  const started = spawn(process.execPath, ['--enable-source-maps', entry, '--dev'], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  started.once('exit', (code) => {
    if (code) say(`The server ended with code ${code}; it starts again when a file changes.`);
  });
  return started;
}

/** @param {import('node:child_process').ChildProcess} child */
async function stopServer(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

await buildEngine();
let server = startServer();
/** @type {Promise<void>} */
let working = Promise.resolve();
/** @type {NodeJS.Timeout | undefined} */
let settling;

/** @param {boolean} always restart even where no bundle changed */
async function rebuild(always) {
  try {
    if (!(await buildEngine()) && !always) return;
  } catch {
    say('The server goes on as it was.');
    return;
  }
  await stopServer(server);
  server = startServer();
}

/** @param {boolean} always */
function changed(always) {
  clearTimeout(settling);
  settling = setTimeout(() => {
    working = working.then(() => rebuild(always));
  }, SETTLE_MS);
}

watch(join(ROOT, 'engine'), { recursive: true }, () => changed(false));
watch(join(ROOT, 'server.ts'), () => changed(false));
watch(join(ROOT, 'gmv.config.ts'), () => changed(true));

/** @type {NodeJS.Signals[]} */
const STOPS = ['SIGINT', 'SIGTERM'];
let ending = false;
for (const signal of STOPS) {
  // The server ends in order with the first, at once with the second; it counts for itself.
  process.on(signal, async () => {
    if (ending) return void server.kill(signal);
    ending = true;
    await stopServer(server);
    process.exit(server.exitCode ?? 1);
  });
}
