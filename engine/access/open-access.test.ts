import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCliToken } from './cli-token.ts';
import { type Access, type AccessOptions, openAccess } from './open-access.ts';

const HOUR_MS = 3_600_000;
const HASH = '$scrypt$ln=4,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$EoVSPZC4RYKB2CErwCmlipwgpfFn0T/z5ifD4UXaZJU';
const PASSWORD = 'correct horse battery';

let folder: string;
let nowMs: number;
let problems: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'gmv-access-')), 'access');
  nowMs = Date.UTC(2026, 10, 11);
  problems = [];
});
const opened: Access[] = [];
afterEach(async () => {
  // Files may be on their way to the disk.
  for (const access of opened.splice(0)) await access.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

async function open(given: Partial<AccessOptions> = {}): Promise<Access> {
  const access = await openAccess({
    folder,
    passwordHash: HASH,
    sessionHours: 12,
    clock: { now: () => nowMs },
    random: randomBytes,
    onProblem: (message) => problems.push(message),
    ...given,
  });
  opened.push(access);
  return access;
}

async function signIn(access: Access, password = PASSWORD, address = '10.0.0.1'): Promise<string> {
  const outcome = await access.signIn({ password, address });
  if (outcome.kind !== 'signed_in') throw new Error(outcome.kind);
  return outcome.sessionId;
}
const roleOf = (access: Access, sessionId: string) => access.visitor({ sessionId, token: null }).role;

test('a password is made up once, shown once, and goes on to work', async () => {
  const { newPassword, ...first } = await open({ passwordHash: undefined });
  expect(newPassword).toMatch(/^[0-9a-z-]{23}$/);
  await first.close();
  const second = await open({ passwordHash: undefined });
  expect(second.newPassword).toBeNull();
  expect(roleOf(second, await signIn(second, newPassword ?? ''))).toBe('operator');
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain(newPassword);
  }
});

test('nobody but the owner reads what is kept, whatever it was before', async () => {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, 'password-hash'), `${HASH}\n`, { mode: 0o644 });
  writeFileSync(join(folder, 'cli-token'), 'old', { mode: 0o644 });
  // Left by a crash in the middle of writing.
  writeFileSync(join(folder, 'sessions.json.new'), '', { mode: 0o644 });
  const access = await open({ passwordHash: undefined });
  await signIn(access);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
  expect(modes.sort()).toEqual(
    ['audit.jsonl', 'cli-token', 'password-hash', 'sessions.json'].map((name) => [name, 0o600]),
  );
});

test('a session survives a restart and its id is written nowhere', async () => {
  const first = await open();
  const id = await signIn(first);
  const before = first.visitor({ sessionId: id, token: null });
  const token = await readCliToken(folder);
  await first.close();
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).not.toContain(id);
    expect(text).not.toContain(before.csrf);
  }
  const second = await open();
  expect(second.visitor({ sessionId: id, token: null })).toEqual(before);
  // The command line's token is another with each start.
  expect(second.visitor({ sessionId: null, token }).role).toBe('viewer');
  expect(second.visitor({ sessionId: null, token: await readCliToken(folder) }).actor).toBe('cli');
});

test('a session ends when nobody used it for so long, and at last in any case', async () => {
  const access = await open();
  const id = await signIn(access);
  const idle = await signIn(access);
  const startMs = nowMs;
  nowMs += 12 * HOUR_MS - 1;
  expect(roleOf(access, id)).toBe('operator');
  nowMs += 1;
  expect(roleOf(access, idle)).toBe('viewer');
  while (nowMs < startMs + 30 * 24 * HOUR_MS - 12 * HOUR_MS) {
    nowMs += 11 * HOUR_MS;
    expect(roleOf(access, id)).toBe('operator');
  }
  expect(access.visitor({ sessionId: id, token: null }).endsAtMs).toBe(startMs + 30 * 24 * HOUR_MS);
  nowMs = startMs + 30 * 24 * HOUR_MS;
  expect(roleOf(access, id)).toBe('viewer');
});

test('how long a session was used survives a server that is killed, to the minute', async () => {
  const first = await open();
  const id = await signIn(first);
  nowMs += 11 * HOUR_MS;
  roleOf(first, id);
  await expect.poll(() => readFileSync(join(folder, 'sessions.json'), 'utf8')).toContain(String(nowMs));
  nowMs += 11 * HOUR_MS;
  expect(roleOf(await open(), id)).toBe('operator');
});

test('signing out ends that session for good and no other', async () => {
  const access = await open();
  const [id, other] = [await signIn(access), await signIn(access)];
  await access.signOut(id);
  expect([roleOf(access, id), roleOf(access, other)]).toEqual(['viewer', 'operator']);
  const again = await open();
  expect([roleOf(again, id), roleOf(again, other)]).toEqual(['viewer', 'operator']);
});

test('another password ends the sessions of the one before', async () => {
  const first = await open();
  const id = await signIn(first);
  await first.close();
  const second = await open({ passwordHash: undefined });
  expect(second.newPassword).not.toBeNull();
  expect(roleOf(second, id)).toBe('viewer');
});

test.each([
  ['cut off', (text: string) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['no object', () => 'null'],
  ['of another version', (text: string) => text.replace('"version":1', '"version":2')],
  ['with a hash that is none', (text: string) => text.replace(/"hash":"../, '"hash":"zz')],
  ['with a time that is none', (text: string) => text.replace(/"usedMs":\d+/, '"usedMs":"now"')],
])('a list of sessions that is %s is told and begun anew', async (_, damage) => {
  const first = await open();
  const id = await signIn(first);
  await first.close();
  const path = join(folder, 'sessions.json');
  writeFileSync(path, damage(readFileSync(path, 'utf8')));
  const second = await open();
  expect(roleOf(second, id)).toBe('viewer');
  expect(problems).toEqual([expect.stringContaining('sessions.json is damaged')]);
  expect(roleOf(second, await signIn(second))).toBe('operator');
});

test('times in the future make no session that lasts', async () => {
  const first = await open();
  const id = await signIn(first);
  await first.close();
  const path = join(folder, 'sessions.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/Ms":\d+/g, 'Ms":9000000000000000'));
  const second = await open();
  expect(second.visitor({ sessionId: id, token: null }).endsAtMs).toBe(nowMs + 12 * HOUR_MS);
  for (let hours = 0; hours < 30 * 24; hours += 10) {
    roleOf(second, id);
    nowMs += 10 * HOUR_MS;
  }
  expect(roleOf(second, id)).toBe('viewer');
});

test('a damaged hash is refused with the way out, and not replaced', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'password-hash'), 'x');
  await expect(open({ passwordHash: undefined })).rejects.toThrow(
    /password-hash is no hash.*gmv -- password/,
  );
  expect(readFileSync(join(folder, 'password-hash'), 'utf8')).toBe('x');
  await expect(open({ passwordHash: 'secret' })).rejects.toThrow(/access\.passwordHash is no hash/);
});

test('a folder that can not be used is refused by name', async () => {
  writeFileSync(folder, '');
  await expect(open()).rejects.toThrow(/access can't be used: EEXIST.*Make it/);
});

test('guessing is slowed down, noted, and the right password waits like any other', async () => {
  const access = await open();
  const kinds = [];
  for (let at = 0; at < 7; at++) {
    kinds.push((await access.signIn({ password: 'guess', address: '10.0.0.66' })).kind);
  }
  expect(kinds).toEqual([...Array(5).fill('wrong_password'), 'wait', 'wait']);
  expect(await access.signIn({ password: PASSWORD, address: '10.0.0.66' })).toEqual({
    kind: 'wait',
    waitMs: 1000,
  });
  expect(roleOf(access, await signIn(access))).toBe('operator');
  nowMs += 1000;
  await signIn(access, PASSWORD, '10.0.0.66');
  const lines = (await access.audit(100)).map(({ from, what }) => `${from} ${what}`);
  expect(lines).toEqual([
    '10.0.0.66 signed in',
    '10.0.0.1 signed in',
    ...Array(5).fill('10.0.0.66 sign-in with a wrong password'),
  ]);
});

test('of many sign-ins at once each gets a session of its own, or is told to wait', async () => {
  const access = await open();
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, (_, at) => access.signIn({ password: PASSWORD, address: `10.0.1.${at}` })),
  );
  const ids = outcomes.flatMap((outcome) => (outcome.kind === 'signed_in' ? [outcome.sessionId] : []));
  expect(ids).toHaveLength(8);
  expect(new Set(ids).size).toBe(8);
  expect(outcomes.filter(({ kind }) => kind === 'wait')).toHaveLength(32);
  const again = await open();
  for (const id of ids) expect(roleOf(again, id)).toBe('operator');
});

test('sessions are bounded: the one that was opened first gives way', async () => {
  const access = await open();
  const ids = [];
  for (let at = 0; at < 201; at++) ids.push(await signIn(access));
  expect(roleOf(access, ids[0] ?? '')).toBe('viewer');
  expect(roleOf(access, ids[1] ?? '')).toBe('operator');
  expect(roleOf(access, ids[200] ?? '')).toBe('operator');
});

test('a disk that refuses costs neither the session nor the change, and is told', async () => {
  const access = await open();
  rmSync(folder, { recursive: true });
  const id = await signIn(access);
  expect(roleOf(access, id)).toBe('operator');
  expect(problems).toEqual([
    expect.stringMatching(/Sessions can't be written/),
    expect.stringMatching(/can't be written down: signed in/),
  ]);
});
