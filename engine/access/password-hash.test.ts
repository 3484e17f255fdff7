import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { madeUpPassword } from './made-up-password.ts';
import { hashPassword, isPassword, parsePasswordHash } from './password-hash.ts';

test('a password is known by its hash, another one is not', async () => {
  const text = await hashPassword('pässwort', randomBytes);
  const hash = parsePasswordHash(text, 'here');
  expect(await isPassword('pässwort', hash)).toBe(true);
  // The same letters, as a keyboard gives them that composes.
  expect(await isPassword('pa\u0308sswort', hash)).toBe(true);
  expect(await isPassword('passwort', hash)).toBe(false);
  expect(await isPassword('', hash)).toBe(false);
});

test('equal passwords have different hashes', async () => {
  expect(await hashPassword('same', randomBytes)).not.toBe(await hashPassword('same', randomBytes));
});

test('a hash says its own cost, so that other ones go on to work', async () => {
  // RFC 7914, section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), its first 32 bytes.
  const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '');
  const key = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
  const text = `$scrypt$ln=14,r=8,p=1$${salt}$${key.toString('base64').replace(/=+$/, '')}`;
  expect(await isPassword('pleaseletmein', parsePasswordHash(text, 'here'))).toBe(true);
});

const [SALT, HASH] = ['A'.repeat(22), 'A'.repeat(43)];
test.each([
  ['nothing', ''],
  ['a password', 'correct horse battery'],
  ['another algorithm', `$argon2id$ln=15,r=8,p=1$${SALT}$${HASH}`],
  ['a short salt', `$scrypt$ln=15,r=8,p=1$AAAA$${HASH}`],
  ['a short hash', `$scrypt$ln=15,r=8,p=1$${SALT}$AAAA`],
  ['a hash cut off', `$scrypt$ln=15,r=8,p=1$${SALT}$`],
  ['no cost', `$scrypt$ln=0,r=8,p=1$${SALT}$${HASH}`],
  ['no blocks', `$scrypt$ln=15,r=0,p=1$${SALT}$${HASH}`],
  ['no rounds', `$scrypt$ln=15,r=8,p=0$${SALT}$${HASH}`],
  ['a gigabyte', `$scrypt$ln=20,r=8,p=1$${SALT}$${HASH}`],
  ['all memory there is', `$scrypt$ln=99,r=99,p=99$${SALT}$${HASH}`],
])('what is no hash is refused by name: %s', (_, text) => {
  expect(() => parsePasswordHash(text, 'access.passwordHash')).toThrow(
    expect.objectContaining({
      code: 'password_hash',
      message: expect.stringContaining('access.passwordHash'),
    }),
  );
});

test('a password that is made up is readable, and another each time', () => {
  const made = new Set(Array.from({ length: 100 }, () => madeUpPassword(randomBytes)));
  expect(made.size).toBe(100);
  for (const password of made) expect(password).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){3}[0-9a-hjkmnp-tv-z]{5}$/);
});
