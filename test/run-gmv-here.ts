import { Readable } from 'node:stream';
import { type CliOptions, runCli } from '../engine/cli/run-cli.ts';
import type { GmvRun } from './run-gmv.ts';

interface Given extends Pick<CliOptions, 'args' | 'folder' | 'loadConfig' | 'sqlOf'> {
  /** What is typed at a terminal; without it there is none. */
  readonly typed?: string;
}

/** Runs the command line in this process: it can be given what no user gives, and costs no start of another. */
export async function runGmvHere({ typed, ...given }: Given): Promise<GmvRun> {
  const out = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof out): NodeJS.WriteStream => {
    const write = (text: string): boolean => {
      out[name] += text;
      return true;
    };
    return { write } as NodeJS.WriteStream;
  };
  const [stdout, stderr] = [stream('stdout'), stream('stderr')];
  const stdin = Object.assign(Readable.from([typed ?? '']), {
    isTTY: typed !== undefined,
    setRawMode: () => undefined,
  }) as unknown as NodeJS.ReadStream;
  const { signal } = new AbortController();
  const code = await runCli({ ...given, version: '0', stdin, stdout, stderr, signal });
  return { code, ...out };
}
