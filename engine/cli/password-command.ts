import { randomBytes } from 'node:crypto';
import { madeUpPassword } from '../access/made-up-password.ts';
import { hashPassword } from '../access/password-hash.ts';
import { GmvError } from '../errors.ts';
import { readHidden, type Terminal } from './ask-operator.ts';

const SHORTEST = 10;
const LONGEST = 1024;

/**
 * The hash of a password for `access.passwordHash`: of the one that is typed or piped in, or of one that is made up
 * and shown on stderr.
 *
 * @throws GmvError `password` where it is too short, or typed differently the second time.
 */
export async function passwordCommand(options: Terminal & { readonly makeUp: boolean }): Promise<string> {
  const { makeUp, stdin, stderr } = options;
  if (makeUp) {
    const password = madeUpPassword(randomBytes);
    stderr.write(`${password}\n`);
    return hashPassword(password, randomBytes);
  }
  const password = await readHidden('Password: ', options);
  if (password.length < SHORTEST || password.length > LONGEST) {
    const message = `A password has ${SHORTEST} to ${LONGEST} characters`;
    throw new GmvError('password', message, 'Take a longer one, or have one made up: --make-up');
  }
  if (stdin.isTTY && (await readHidden('Once more: ', options)) !== password)
    throw new GmvError('password', 'The two are not the same', 'Try again.');
  return hashPassword(password, randomBytes);
}
