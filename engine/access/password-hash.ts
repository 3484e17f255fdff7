import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { GmvError } from '../errors.ts';

/** As many random bytes as asked for. */
export type Random = (bytes: number) => Uint8Array;

/** Cost by OWASP's Password Storage Cheat Sheet: N = 2^15, r = 8, p = 3 (32 MB). */
const LOG_N = 15;
const BLOCK = 8;
const PARALLEL = 3;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Memory that a hash from elsewhere may ask for; bytes. */
const MOST_MEMORY = 256 * 1024 * 1024;
const FORM =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,86})\$([A-Za-z0-9+/]{43,86})$/;

/** `$scrypt$ln=15,r=8,p=3$salt$hash`, the PHC string format: parameters travel with the hash. */
export interface PasswordHash {
  readonly salt: Buffer;
  readonly hash: Buffer;
  readonly cost: ScryptOptions;
}

/** Hashes a password; equal passwords have different hashes. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = Buffer.from(random(SALT_BYTES));
  const hash = await derive(password, { salt, bytes: HASH_BYTES, cost: costOf(LOG_N, BLOCK, PARALLEL) });
  return `$scrypt$ln=${LOG_N},r=${BLOCK},p=${PARALLEL}$${unpadded(salt)}$${unpadded(hash)}`;
}

/**
 * Reads what {@link hashPassword} wrote.
 *
 * @param where it stands, for the message
 * @throws GmvError `password_hash` where it is none, or would take more than 256 MB.
 */
export function parsePasswordHash(text: string, where: string): PasswordHash {
  const [, logN, block, parallel, salt, hash] = FORM.exec(text.trim()) ?? [];
  if (salt === undefined || hash === undefined) throw malformed(`${where} is no hash of a password`);
  const cost = costOf(Number(logN), Number(block), Number(parallel));
  if (Number(logN) < 1 || cost.r === 0 || cost.p === 0) throw malformed(`${where} has a cost of 0`);
  if ((cost.maxmem ?? 0) > MOST_MEMORY) throw malformed(`${where} asks for more than 256 MB of memory`);
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64'), cost };
}

/** Takes as long for a wrong password as for the right one. */
export async function isPassword(password: string, { salt, hash, cost }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, { salt, bytes: hash.length, cost }), hash);
}

function costOf(logN: number, r: number, p: number): ScryptOptions {
  const N = 2 ** logN;
  // What OpenSSL counts: the table, the blocks, and the one that is worked on.
  return { N, r, p, maxmem: 128 * r * (N + p + 2) };
}

function derive(
  password: string,
  { salt, bytes, cost }: { readonly salt: Buffer; readonly bytes: number; readonly cost: ScryptOptions },
): Promise<Buffer> {
  return new Promise((done, reject) => {
    // A keyboard may give letters with accents as one character or as two.
    scrypt(password.normalize('NFKC'), salt, bytes, cost, (error, key) =>
      error ? reject(error) : done(key),
    );
  });
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

function malformed(message: string): GmvError {
  return new GmvError('password_hash', message, 'Make one with: npm run -s gmv -- password');
}
