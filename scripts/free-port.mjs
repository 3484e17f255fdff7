import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below what Linux, macOS and Windows give to whoever asks for any port. */
const [LOWEST, BEYOND] = [10_240, 32_768];
const MOST_TRIES = 100;

/**
 * A port of 127.0.0.1 that nobody listens at, for a process that will listen there later, and again after a restart:
 * one that the system would give to others in the meantime is not taken, nor is one that was given before by a process
 * that still runs.
 *
 * @returns {Promise<number>}
 * @throws Error where none was found
 */
export async function freePort() {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = randomInt(LOWEST, BEYOND);
    if ((await isFree(port)) && (await claim(port))) return port;
  }
  throw new Error(`No free port was found between ${LOWEST} and ${BEYOND - 1}`);
}

/**
 * Holds the port of UDP that has the same number, which nobody here needs, for as long as this process runs.
 *
 * @param {number} port
 * @returns {Promise<boolean>} false where another one holds it
 */
function claim(port) {
  return new Promise((done) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => done(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => done(true));
  });
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
