import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { GmvError } from '../errors.ts';

/** A person at a terminal. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/**
 * Asks a question that "y" or "yes" affirms.
 *
 * @throws GmvError `not_confirmed` where nobody can answer.
 */
export async function confirmed(question: string, { stdin, stderr, signal }: Terminal): Promise<boolean> {
  if (!stdin.isTTY)
    throw new GmvError(
      'not_confirmed',
      'There is no terminal to ask on',
      'Give --yes to go on without asking.',
    );
  stderr.write(`${question} [y/N] `);
  return /^y(es)?$/i.test((await readLine({ stdin, signal })).trim());
}

/** Reads a line that a terminal doesn't show; of a pipe its first one. */
export async function readHidden(prompt: string, { stdin, stderr, signal }: Terminal): Promise<string> {
  if (stdin.isTTY) stderr.write(prompt);
  const hide = stdin.isTTY && new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = await readLine({ stdin, signal, ...(hide && { hide }) });
  if (stdin.isTTY) stderr.write('\n');
  return line;
}

function readLine(options: {
  readonly stdin: NodeJS.ReadStream;
  readonly signal: AbortSignal;
  /** Takes what a terminal would show. */
  readonly hide?: Writable;
}): Promise<string> {
  const { stdin, signal, hide } = options;
  return new Promise((done, reject) => {
    const output = hide && { output: hide };
    const lines = createInterface({ input: stdin, terminal: hide !== undefined, signal, ...output });
    let line = '';
    lines.once('line', (text) => {
      line = text;
      lines.close();
    });
    // Ctrl-C of a terminal in raw mode is a key: nobody else hears of it.
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => (signal.aborted ? reject(signal.reason) : done(line)));
  });
}
