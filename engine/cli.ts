import { readFileSync } from 'node:fs';
import { runCli } from './cli/run-cli.ts';
import { loadConfig } from './config.ts';
import { takeStopSignals } from './stop-signals.ts';

/** Entry of the command line: `gmv --help` says what there is. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Who is gone by then needs no word; ms. */
const SAY_AFTER_MS = 500;

// Whoever reads our output may stop early (`gmv … | head`): that is no error. A full disk is.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`gmv: The result can't be written to stdout (${error.code ?? error.message}).\n`);
  process.exit(1);
});

const interrupted = new AbortController();
takeStopSignals({
  process,
  signals: ['SIGINT'],
  onFirst() {
    process.exitCode = 130;
    interrupted.abort(new Error('interrupted'));
    const line = 'gmv: Stopping: what has begun is ended first. Ctrl-C again ends it at once.\n';
    setTimeout(() => process.stderr.write(line), SAY_AFTER_MS).unref();
  },
  onSecond: () => process.stderr.write('gmv: Ended at once.\n'),
});

process.exitCode = await runCli({
  args: process.argv.slice(2),
  folder: process.cwd(),
  version,
  loadConfig,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupted.signal,
});
