import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

/**
 * Runs a Node process that prints a number, on a line of its own, each time something is safe, and ends it by SIGKILL so
 * long after the first.
 *
 * @param args of Node: options, the script, its arguments
 * @returns the last number that it printed, 0 where it printed none
 */
export async function runAndKill(args: readonly string[], afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_, signal) => resolve(signal)),
  );
  let printed = '';
  await Promise.race([
    exited,
    new Promise<void>((resolve) => {
      child.stdout.on('data', (text) => {
        printed += String(text);
        if (printed.includes('\n')) resolve();
      });
    }),
  ]);
  await sleep(afterMs);
  child.kill('SIGKILL');
  expect(await exited).toBe('SIGKILL');
  // What stands behind the last line's end may be half a number.
  return Number(printed.split('\n').at(-2) ?? 0);
}
