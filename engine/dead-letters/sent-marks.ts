import { appendFile, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { z } from 'zod';
import { GmvError } from '../errors.ts';
import { keyOf, type Letter, letterKeySchema } from './letter.ts';

const markSchema = letterKeySchema.extend({ sentAtMs: z.number(), to: z.string() });

/** That a letter was sent again, when (epoch ms), and to which topic. */
export type SentMark = Readonly<z.output<typeof markSchema>>;

export type SentMarks = ReadonlyMap<string, SentMark>;

/** Who sends letters again, and marks them; one process at a time. */
export interface SentMarksWriter {
  readonly marks: SentMarks;
  /** Durable when it resolves. */
  add(letters: readonly Letter[], sent: { readonly sentAtMs: number; readonly to: string }): Promise<void>;
  close(): Promise<void>;
}

/** What is marked in a file of its own, which only those who send write to: the letters' folder is the server's. */
export async function readSentMarks(path: string): Promise<SentMarks> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').slice(0, -1);
  return new Map(lines.map((line) => markSchema.parse(JSON.parse(line))).map((mark) => [keyOf(mark), mark]));
}

/** Reads them anew only when the file has changed. */
export function createSentMarksReader(path: string): () => Promise<SentMarks> {
  let known: { readonly version: string; readonly marks: SentMarks } | null = null;
  return async () => {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const version = found ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
    if (known?.version !== version) known = { version, marks: await readSentMarks(path) };
    return known.marks;
  };
}

/**
 * Opens the marks for sending, without those of letters that are there no more.
 *
 * @throws GmvError `dead_letters_sending` while another process sends
 */
export async function openSentMarks(
  path: string,
  isThere: (key: string) => boolean,
): Promise<SentMarksWriter> {
  const release = await lock(dirname(path), { lockfilePath: `${path}.lock` }).catch((cause) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ELOCKED') throw cause;
    const remedy = 'Wait for it; one that was killed is no longer waited for after ten seconds.';
    throw new GmvError('dead_letters_sending', 'Another process is sending dead letters', remedy, { cause });
  });
  try {
    const marks = new Map([...(await readSentMarks(path))].filter(([key]) => isThere(key)));
    await write(`${path}.part`, linesOf([...marks.values()]));
    await rename(`${path}.part`, path);
    return {
      marks,
      async add(letters, sent) {
        const added = letters.map(({ topic, partition, offset, recordTimeMs }) => {
          return { topic, partition, offset, recordTimeMs, ...sent };
        });
        await appendFile(path, linesOf(added), { flush: true });
        for (const mark of added) marks.set(keyOf(mark), mark);
      },
      close: release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

const linesOf = (marks: readonly SentMark[]): string =>
  marks.map((mark) => `${JSON.stringify(mark)}\n`).join('');
