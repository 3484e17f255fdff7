import { type CliOptions, runCli } from '../engine/cli/run-cli.ts';
import type { GmvRun } from './run-gmv.ts';

type Given = Pick<CliOptions, 'args' | 'folder' | 'loadConfig' | 'sqlOf'>;

/** Runs the command line in this process: it can be given what no user gives, and costs no start of another. */
export async function runGmvHere(given: Given): Promise<GmvRun> {
  const out = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof out): NodeJS.WriteStream => {
    const write = (text: string): boolean => {
      out[name] += text;
      return true;
    };
    return { write } as NodeJS.WriteStream;
  };
  const [stdout, stderr] = [stream('stdout'), stream('stderr')];
  const code = await runCli({ ...given, version: '0', stdout, stderr, signal: new AbortController().signal });
  return { code, ...out };
}
