import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what Linux, macOS and Windows give to whoever asks for any port. */
const [LOWEST, BEYOND] = [10_240, 32_768];
const MOST_TRIES = 100;

/**
 * A port of 127.0.0.1 that nobody listens at, for a process that will listen there later, and again after a restart:
 * one that the system would give to others in the meantime is not taken.
 *
 * @returns {Promise<number>}
 * @throws Error where none was found
 */
export async function freePort() {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = randomInt(LOWEST, BEYOND);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port was found between ${LOWEST} and ${BEYOND - 1}`);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
