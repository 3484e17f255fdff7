import { createHash } from 'node:crypto';
import { z } from 'zod';
import { reasonOf } from '../errors.ts';
import type { Random } from './password-hash.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

export interface OpenSession {
  /** What every change must bring along. */
  readonly csrf: string;
  /** When it ends if nobody uses it any more; epoch ms. */
  readonly endsAtMs: number;
}

/** Who is signed in. Ids are secrets: only their hashes are kept and written. */
export interface SessionBook {
  /** A new session's id. */
  open(): Promise<string>;
  /** Puts its end off; null where there is no such session any more. */
  use(id: string): OpenSession | null;
  close(id: string): Promise<void>;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
}

export interface SessionBookOptions {
  readonly path: string;
  /** A text that is another when the password is: sessions of another password are over. */
  readonly password: string;
  readonly sessionMs: number;
  readonly clock: { now(): number };
  readonly random: Random;
  readonly onProblem: (message: string, error: unknown) => void;
}

/** However much it is used, a session ends after so long. */
export const LONGEST_SESSION_MS = 30 * 24 * 3_600_000;
const MOST_SESSIONS = 200;
/** A use is written down at most so often; ms. */
const WRITE_USE_EVERY_MS = 60_000;
const ID_BYTES = 32;

const written = z.strictObject({
  version: z.literal(1),
  password: z.string(),
  sessions: z
    .array(
      z.strictObject({
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        openedMs: z.number(),
        usedMs: z.number(),
      }),
    )
    .max(MOST_SESSIONS),
});

interface Kept {
  readonly openedMs: number;
  usedMs: number;
  writtenMs: number;
}

/** Opens the book with those who were signed in before; one that can't be read is begun anew, and that is told. */
export async function openSessionBook(options: SessionBookOptions): Promise<SessionBook> {
  const { path, password, sessionMs, clock, random, onProblem } = options;
  const passwordKey = sha256(`password:${password}`);
  const sessions = await readSessions({ path, passwordKey, now: clock.now(), onProblem });
  let writing: Promise<void> = Promise.resolve();

  const endOf = ({ openedMs, usedMs }: Kept): number =>
    Math.min(usedMs + sessionMs, openedMs + LONGEST_SESSION_MS);
  const dropEnded = (now: number): void => {
    for (const [hash, kept] of sessions) if (endOf(kept) <= now) sessions.delete(hash);
  };
  const write = (): Promise<void> => {
    writing = writing.then(async () => {
      dropEnded(clock.now());
      const list = [...sessions].map(([hash, { openedMs, usedMs }]) => ({ hash, openedMs, usedMs }));
      for (const kept of sessions.values()) kept.writtenMs = kept.usedMs;
      const text = JSON.stringify({ version: 1, password: passwordKey, sessions: list });
      try {
        await writePrivateFile(path, `${text}\n`);
      } catch (error) {
        onProblem(`Sessions can't be written to ${path}: a restart of the server ends them`, error);
      }
    });
    return writing;
  };

  return {
    async open() {
      const id = Buffer.from(random(ID_BYTES)).toString('base64url');
      const now = clock.now();
      dropEnded(now);
      // The map's first is who signed in longest ago.
      const [oldest] = sessions.keys();
      if (sessions.size >= MOST_SESSIONS && oldest !== undefined) sessions.delete(oldest);
      sessions.set(keyOf(id), { openedMs: now, usedMs: now, writtenMs: now });
      await write();
      return id;
    },
    use(id) {
      const key = keyOf(id);
      const kept = sessions.get(key);
      if (!kept) return null;
      const now = clock.now();
      if (endOf(kept) <= now) {
        sessions.delete(key);
        return null;
      }
      kept.usedMs = now;
      if (Math.abs(now - kept.writtenMs) >= WRITE_USE_EVERY_MS) {
        kept.writtenMs = now;
        void write();
      }
      return { csrf: sha256(`csrf:${id}`), endsAtMs: endOf(kept) };
    },
    async close(id) {
      if (sessions.delete(keyOf(id))) await write();
    },
    flush: write,
  };
}

async function readSessions(options: {
  readonly path: string;
  readonly passwordKey: string;
  readonly now: number;
  readonly onProblem: SessionBookOptions['onProblem'];
}): Promise<Map<string, Kept>> {
  const { path, passwordKey, now, onProblem } = options;
  const text = await readPrivateFile(path);
  if (text === null) return new Map();
  try {
    const book = written.parse(JSON.parse(text));
    if (book.password !== passwordKey) return new Map();
    return new Map(
      book.sessions.map(({ hash, openedMs, usedMs }) => {
        // Times that are still to come would make a session that lasts.
        const [opened, used] = [Math.min(openedMs, now), Math.min(usedMs, now)];
        return [hash, { openedMs: opened, usedMs: used, writtenMs: used }];
      }),
    );
  } catch (cause) {
    onProblem(`${path} is damaged (${reasonOf(cause)}): everyone has to sign in again`, cause);
    return new Map();
  }
}

const keyOf = (id: string): string => sha256(`session:${id}`);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
