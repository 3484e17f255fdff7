import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { GmvError } from '../../errors.ts';
import { type Answer, answerCall, type Call, createCaller } from './calls.ts';

interface Sums {
  add(ask: { readonly a: number; readonly b: number }): Promise<number>;
  take(ask: { readonly bytes: Uint8Array }): Promise<number>;
}

function connected(api: Sums) {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', async (call: Call) => port2.postMessage(await answerCall(api, call)));
  const caller = createCaller<Sums>({
    thread: 'sums-thread',
    buffersOf: (name, ask) =>
      name === 'take' ? [(ask as { bytes: Uint8Array<ArrayBuffer> }).bytes.buffer] : [],
  });
  port1.on('message', (answer: Answer) => void caller.take(answer));
  caller.attach((call, move) => port1.postMessage(call, [...move]));
  return { caller, close: () => port1.close() };
}

const sums: Sums = {
  add: async ({ a, b }) => {
    if (a < 0)
      throw new GmvError('negative', `${a} is negative`, 'Give a positive number.', { retriable: true });
    return a + b;
  },
  take: async ({ bytes }) => bytes.length,
};

test('answers come back to who asked, whatever their order, and errors keep their code and remedy', async () => {
  const { caller, close } = connected(sums);
  await expect(
    Promise.all([caller.api.add({ a: 1, b: 2 }), caller.api.add({ a: 3, b: 4 })]),
  ).resolves.toEqual([3, 7]);
  await expect(caller.api.add({ a: -1, b: 0 })).rejects.toMatchObject({
    code: 'negative',
    message: '-1 is negative. Give a positive number.',
    retriable: true,
  });
  close();
});

test('buffers are moved, not copied', async () => {
  const { caller, close } = connected(sums);
  const bytes = new Uint8Array(8);
  await expect(caller.api.take({ bytes })).resolves.toBe(8);
  expect(bytes.length).toBe(0);
  close();
});

test('calls that wait are refused when the other side goes, and so are those after it', async () => {
  const caller = createCaller<Sums>({ thread: 'sums-thread' });
  caller.attach(() => undefined);
  const waiting = caller.api.add({ a: 1, b: 1 });
  caller.attach(null);
  await expect(waiting).rejects.toMatchObject({ code: 'restarting', retriable: true });
  await expect(caller.api.add({ a: 1, b: 1 })).rejects.toThrow('The sums-thread is starting');
});

test('what does not exist is refused by name, inherited functions too', async () => {
  const call = { kind: 'call', id: 0, name: 'toString', ask: null } as const;
  await expect(answerCall(sums, call)).resolves.toMatchObject({
    failure: { message: 'there is no toString to be called' },
  });
});
