import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from './truth-form.ts';

/** How the built command line ended. */
export interface GmvRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

export interface RunGmvOptions {
  /** Working folder; that of the system's temporary files has no configuration. */
  readonly folder: string;
}

/** Runs the built `gmv` as a process of its own, as a user would. */
export function runGmv(args: readonly string[], { folder }: RunGmvOptions): Promise<GmvRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      out.stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...out }));
  });
}

/** Runs `gmv replay … --json` and gives what it printed; throws with its stderr where it failed. */
export async function replayAsJson(args: readonly string[], options: RunGmvOptions): Promise<Answer> {
  const { code, stdout, stderr } = await runGmv(['replay', ...args, '--json'], options);
  if (code !== 0) throw new Error(`gmv replay ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}
