import { existsSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import threads from 'node:worker_threads';

/**
 * Loaded by `--import` into every thread of a server under test, before its own code: threads end and the disk is slow,
 * as files say in the folder of `GMV_FAULTS`. `<way> <thread>` ends one thread of that name: `throw` from a timer,
 * `exhaust` its heap, or `terminate` from the thread that started it. While `slow` is there, which holds milliseconds,
 * the first write to an open file and each sync take so long.
 */
const FOLDER = String(process.env.GMV_FAULTS);
const LOOK_EVERY_MS = 10;
/** Of a thread's heap, so that it is soon exhausted. */
const HEAP_MB = 192;

/** @param {string} fault */
const take = (fault) => {
  const file = join(FOLDER, fault);
  if (!existsSync(file)) return false;
  try {
    rmSync(file);
    return true;
  } catch {
    // Another thread of that name was quicker.
    return false;
  }
};

/** @param {() => void} look */
const lookOften = (look) => setInterval(look, LOOK_EVERY_MS).unref();

const own = process.env.GMV_FAULTS_THREAD;
if (own !== undefined) {
  lookOften(() => {
    if (take(`throw ${own}`)) throw new Error('broken on purpose');
    if (take(`exhaust ${own}`)) for (const all = []; ; ) all.push({ at: all.length });
  });
}

threads.Worker = class extends threads.Worker {
  /**
   * @param {string | URL} file
   * @param {import('node:worker_threads').WorkerOptions} [options]
   */
  constructor(file, options = {}) {
    const { name } = options;
    const env = { ...process.env, GMV_FAULTS_THREAD: name };
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
    super(file, name === undefined ? options : { ...options, env, resourceLimits });
    const looking = lookOften(() => {
      if (take(`terminate ${name}`)) void this.terminate();
    });
    this.once('exit', () => clearInterval(looking));
  }
};
syncBuiltinESMExports();

const slowness = () => {
  const file = join(FOLDER, 'slow');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
};
const some = await open(FOLDER, 'r');
const handles = Object.getPrototypeOf(some);
await some.close();
const written = new WeakSet();
for (const name of ['write', 'writeFile', 'sync', 'datasync']) {
  const really = handles[name];
  /** @param {unknown[]} given */
  handles[name] = async function (...given) {
    const isAgain = name.startsWith('write') && written.has(this);
    written.add(this);
    if (!isAgain) await sleep(slowness());
    return really.apply(this, given);
  };
}
