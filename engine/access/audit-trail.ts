import { appendFile, chmod, readFile, rename, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { AuditLine } from '../protocol/jobs.ts';

/** Who did what, as lines of JSON that are only added to. */
export interface AuditTrail {
  /** Rejects where the line can't be written. */
  add(line: AuditLine): Promise<void>;
  /** The newest first. */
  newest(limit: number): Promise<readonly AuditLine[]>;
}

export interface AuditTrailOptions {
  readonly path: string;
  /** A file that is longer is put aside, and the eldest of those removed; bytes. */
  readonly fileBytes?: number;
}

const FILE_BYTES = 4 * 1024 * 1024;
/** Files besides the one that is written. */
const KEPT_FILES = 3;
const LONGEST_TEXT = 500;

const auditLine = z.object({ atMs: z.number(), actor: z.string(), from: z.string(), what: z.string() });

/** Opens the list, of at most 16 MB; a line that a crash left unfinished is passed over. */
export async function openAuditTrail({
  path,
  fileBytes = FILE_BYTES,
}: AuditTrailOptions): Promise<AuditTrail> {
  const names = [path, ...Array.from({ length: KEPT_FILES }, (_, at) => `${path}.${at + 1}`)];
  let bytes = await sizeOf(path);
  if (bytes > 0) {
    await chmod(path, 0o600);
    // Whatever the last process left unfinished ends here.
    if (!(await readFile(path, 'utf8')).endsWith('\n')) await append('\n');
  }
  let writing: Promise<void> = Promise.resolve();

  async function append(text: string): Promise<void> {
    await appendFile(path, text, { mode: 0o600 });
    bytes += Buffer.byteLength(text);
  }

  async function putAside(): Promise<void> {
    for (let at = names.length - 1; at > 0; at--) {
      const [from, to] = [names[at - 1], names[at]];
      if (from === undefined || to === undefined) continue;
      if ((await sizeOf(from)) > 0) await rename(from, to);
    }
    bytes = 0;
  }

  return {
    add({ atMs, actor, from, what }) {
      const line = { atMs, actor: shortened(actor), from: shortened(from), what: shortened(what) };
      const added = writing.then(async () => {
        if (bytes >= fileBytes) await putAside();
        await append(`${JSON.stringify(line)}\n`);
      });
      // The next line is tried whether or not this one was written: its caller hears of it.
      writing = added.catch(() => undefined);
      return added;
    },
    async newest(limit) {
      await writing;
      const found: AuditLine[] = [];
      for (const name of names) {
        if (found.length >= limit) break;
        found.push(...(await linesOf(name)).reverse().slice(0, limit - found.length));
      }
      return found;
    },
  };
}

async function linesOf(path: string): Promise<AuditLine[]> {
  if ((await sizeOf(path)) === 0) return [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines.flatMap((text) => {
    const line = auditLine.safeParse(parsed(text));
    return line.success ? [line.data] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No line of ours, as the schema will say.
    return null;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw cause;
  }
}

const shortened = (text: string): string =>
  text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
