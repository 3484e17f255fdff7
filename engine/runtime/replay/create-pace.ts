import { GmvError } from '../../errors.ts';
import type { Pace } from './pace.ts';

/** Speed is kept in millionths, as shared memory has atomic integers only. */
const FULL = 1_000_000;

/** Creates a pace at full speed. */
export function createPace(): Pace {
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  Atomics.store(new Int32Array(shared), 0, FULL);
  return paceOf(shared);
}

/**
 * The pace behind memory that another thread shares.
 *
 * @throws GmvError `pace` where it is set to what is no share of full speed.
 */
export function paceOf(shared: SharedArrayBuffer): Pace {
  const cell = new Int32Array(shared);
  return {
    shared,
    set(speed) {
      if (!(speed >= 0 && speed <= 1)) {
        throw new GmvError('pace', `${speed} is no share of full speed`, 'Give a number from 0 to 1.');
      }
      Atomics.store(cell, 0, Math.round(speed * FULL));
      Atomics.notify(cell, 0);
    },
    speed: () => Atomics.load(cell, 0) / FULL,
  };
}
