import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { GmvError, reasonOf } from '../errors.ts';
import type { AuditLine } from '../protocol/jobs.ts';
import { say } from '../protocol/sayings.ts';
import type { Session } from '../protocol/session.ts';
import { openAuditTrail } from './audit-trail.ts';
import { cliTokenPath } from './cli-token.ts';
import { madeUpPassword } from './made-up-password.ts';
import { hashPassword, isPassword, parsePasswordHash, type Random } from './password-hash.ts';
import { makePrivateFolder, readPrivateFile, writePrivateFile } from './private-file.ts';
import { openSessionBook } from './session-book.ts';
import { createSignInLimit } from './sign-in-limit.ts';

/** What a request brings along to say who asks. */
export interface Credentials {
  /** Of the session's cookie. */
  readonly sessionId: string | null;
  /** The command line's, from a file that only who may read the data folder can read. */
  readonly token: string | null;
}

/** What became of a try to sign in. */
export type SignIn =
  /** The session's id, for the cookie. */
  | { readonly kind: 'signed_in'; readonly sessionId: string }
  | { readonly kind: 'wrong_password' }
  /** It was not looked at: too many were wrong before; ms. */
  | { readonly kind: 'wait'; readonly waitMs: number };

export interface Visitor extends Session {
  /** As lists of what was done name it: `operator`, `cli`; null for viewers. */
  readonly actor: string | null;
}

/**
 * Who may what. Viewers see; operators sign in with the one password, or are the command line of whoever may read
 * the data folder. Its neighbours are `http/`, which asks, and the composition, which gives settings and folder.
 */
export interface Access {
  /** A password that was just made up, to be shown once; null where there is one already. */
  readonly newPassword: string | null;
  signIn(attempt: { readonly password: string; readonly address: string }): Promise<SignIn>;
  /** Who asks; a session that is used ends later. */
  visitor(credentials: Credentials): Visitor;
  signOut(sessionId: string): Promise<void>;
  /** Writes down who did what; a line that can't be written is told to `onProblem`. */
  note(done: { readonly actor: string; readonly from: string; readonly what: string }): Promise<void>;
  /** Who did what, the newest first. */
  audit(limit: number): Promise<readonly AuditLine[]>;
  close(): Promise<void>;
}

export interface AccessOptions {
  /** Of its own, in the data folder; nobody else may read it. */
  readonly folder: string;
  /** As `gmv password` prints it; without one a password is made up at the first start. */
  readonly passwordHash?: string | undefined;
  /** A session that nobody uses ends after so long. */
  readonly sessionHours: number;
  readonly clock: { now(): number };
  readonly random: Random;
  /** Something went wrong and it goes on. */
  readonly onProblem: (message: string, error: unknown) => void;
}

const VIEWER: Visitor = { role: 'viewer', csrf: null, endsAtMs: null, actor: null };
const CLI: Visitor = { role: 'operator', csrf: null, endsAtMs: null, actor: 'cli' };
/** Passwords that wait to be looked at, which takes memory and a core. */
const MOST_WAITING = 8;
const CROWDED_WAIT_MS = 1000;
const PASSWORD_FILE = 'password-hash';
const TOKEN_BYTES = 32;

/**
 * Opens sessions, audit list and the command line's token.
 *
 * @throws GmvError `password_hash` where the hash is none; `access` where the folder can't be used.
 */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { folder, sessionHours, clock, random, onProblem } = options;
  const { text, newPassword } = await passwordOf(options);
  const where = options.passwordHash === undefined ? join(folder, PASSWORD_FILE) : 'access.passwordHash';
  const password = parsePasswordHash(text, where);
  const token = Buffer.from(random(TOKEN_BYTES)).toString('base64url');
  const [trail, book] = await usable(folder, async () => {
    await writePrivateFile(cliTokenPath(folder), `${token}\n`);
    return Promise.all([
      openAuditTrail({ path: join(folder, 'audit.jsonl') }),
      openSessionBook({
        path: join(folder, 'sessions.json'),
        password: text,
        sessionMs: sessionHours * 3_600_000,
        clock,
        random,
        onProblem,
      }),
    ]);
  });
  const limit = createSignInLimit({ clock });
  let waiting = 0;
  let looking: Promise<unknown> = Promise.resolve();

  const note: Access['note'] = async (done) => {
    try {
      await trail.add({ atMs: clock.now(), ...done });
    } catch (error) {
      onProblem(`What ${done.actor} did can't be written down: ${done.what}`, error);
    }
  };

  return {
    newPassword,
    async signIn({ password: tried, address }) {
      const waitMs = waiting >= MOST_WAITING ? CROWDED_WAIT_MS : limit.take(address);
      if (waitMs > 0) return { kind: 'wait', waitMs };
      waiting += 1;
      const look = looking.then(() => isPassword(tried, password));
      looking = look.catch(() => undefined);
      const right = await look.finally(() => {
        waiting -= 1;
      });
      if (!right) {
        await note({ actor: 'nobody', from: address, what: say('wrong_sign_in') });
        return { kind: 'wrong_password' };
      }
      limit.succeeded(address);
      const sessionId = await book.open();
      await note({ actor: 'operator', from: address, what: say('signed_in') });
      return { kind: 'signed_in', sessionId };
    },
    visitor({ sessionId, token: given }) {
      if (given !== null) return isEqual(given, token) ? CLI : VIEWER;
      const session = sessionId === null ? null : book.use(sessionId);
      return session ? { role: 'operator', actor: 'operator', ...session } : VIEWER;
    },
    signOut: (sessionId) => book.close(sessionId),
    note,
    audit: (most) => trail.newest(most),
    close: () => book.flush(),
  };
}

async function passwordOf({ folder, passwordHash, random }: AccessOptions) {
  return usable(folder, async () => {
    await makePrivateFolder(folder);
    if (passwordHash !== undefined) return { text: passwordHash, newPassword: null };
    const path = join(folder, PASSWORD_FILE);
    const kept = await readPrivateFile(path);
    if (kept !== null) return { text: kept, newPassword: null };
    const newPassword = madeUpPassword(random);
    const text = await hashPassword(newPassword, random);
    await writePrivateFile(path, `${text}\n`);
    return { text, newPassword };
  });
}

async function usable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const remedy = 'Make it readable and writable for the user that runs the server.';
    throw new GmvError('access', `${folder} can't be used: ${reasonOf(cause)}`, remedy, { cause });
  }
}

/** Of hashes, so that neither length nor a common beginning can be measured. */
function isEqual(a: string, b: string): boolean {
  const [first, second] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
