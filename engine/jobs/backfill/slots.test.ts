import { expect, it } from 'vitest';
import { GmvError } from '../../errors.ts';
import { insist } from './insist.ts';
import { createSlots } from './slots.ts';

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let is = false;
  promise.then(
    () => {
      is = true;
    },
    () => {
      is = true;
    },
  );
  await new Promise((resolve) => setTimeout(resolve, 0));
  return is;
};

it('gives as many as there are, then to who asked first, and none twice', async () => {
  const slots = createSlots(1);
  const { signal } = new AbortController();
  const first = await slots.take(signal);
  const second = slots.take(signal);
  const gone = new AbortController();
  const third = slots.take(gone.signal);
  const fourth = slots.take(signal);
  expect(await settled(second)).toBe(false);
  gone.abort(new Error('given up'));
  await expect(third).rejects.toThrow('given up');
  first();
  first();
  const release = await second;
  expect(await settled(fourth)).toBe(false);
  release();
  (await fourth)();
  await expect(slots.take(gone.signal)).rejects.toThrow('given up');
});

it('insists on what may help by itself, and on nothing else', async () => {
  let tries = 0;
  const soon = new GmvError('restarting', 'It is starting', 'Try again.', { retriable: true });
  const never = new GmvError('no', 'It is not possible', 'Leave it.');
  await expect(insist(async () => (++tries < 3 ? Promise.reject(soon) : tries))).resolves.toBe(3);
  tries = 0;
  await expect(insist(async () => Promise.reject(++tries > 0 ? never : soon))).rejects.toBe(never);
  expect(tries).toBe(1);
});
