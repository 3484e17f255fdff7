import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The package's folder. */
const ROOT = join(import.meta.dirname, '..');

/**
 * @typedef {object} CommandResult
 * @property {number} code 0 when all is well; 1 also when the command can't be started, was ended by a signal
 *   or ran into its time limit
 * @property {string} output what it wrote, stdout and stderr in the order of arrival; empty when inherited or said
 * @property {string | null} problem why there is no exit code: can't be started, signal, time limit
 */

/**
 * Runs a command in the package's folder and waits for it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{
 *   inherit?: boolean,
 *   say?: (line: string) => void,
 *   env?: NodeJS.ProcessEnv,
 *   timeoutMs?: number,
 * }} [options] `inherit`: its output goes straight to the terminal; `say`: line by line to this function
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, { inherit = false, say, env = process.env, timeoutMs } = {}) {
  return new Promise((done) => {
    /** @type {Buffer[]} */
    const chunks = [];
    const child = spawn(command, args, {
      cwd: ROOT,
      env,
      stdio: inherit ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    let timedOut = false;
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : undefined;
    /** @param {number} code @param {string | null} problem */
    const finish = (code, problem) => {
      clearTimeout(timer);
      done({ code, output: Buffer.concat(chunks).toString('utf8'), problem });
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      if (say) createInterface({ input: stream }).on('line', say);
      else stream.on('data', (chunk) => chunks.push(chunk));
    }
    child.once('error', (error) => finish(1, `${command} can't be started: ${error.message}`));
    child.once('close', (code, signal) => {
      if (timedOut) finish(1, `no end within ${(timeoutMs ?? 0) / 1000} s`);
      else if (code === null) finish(1, `ended by ${signal}`);
      else finish(code, null);
    });
  });
}

/**
 * Path of a tool's script inside node_modules, to be run with this Node.
 *
 * @param {string} path
 */
export const tool = (path) => join(ROOT, 'node_modules', path);
