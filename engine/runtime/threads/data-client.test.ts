import { expect, test } from 'vitest';
import type { ViewSpec } from '../../protocol/view.ts';
import type { Call } from './calls.ts';
import { createDataClient } from './data-client.ts';
import type { Thread } from './start-thread.ts';
import type { ToDataThread } from './thread-messages.ts';

const gmv: ViewSpec = { metrics: ['gmv'], grain: 'range', range: { kind: 'today' } };

/** A thread that notes what it is asked. */
function createAskedThread() {
  const asked: Call[] = [];
  const thread: Thread<ToDataThread> = {
    post(message) {
      if (message.kind === 'call') asked.push(message);
    },
    ended: new Promise(() => undefined),
    stop: async () => undefined,
  };
  return { thread, asked };
}

const turn = () => new Promise((done) => setImmediate(done));

test('a view that is asked for before the thread is there is subscribed as soon as it is', async () => {
  const client = createDataClient();
  const { thread, asked } = createAskedThread();
  const subscribed = client.subscribe(gmv);
  await client.attach(thread);
  await turn();
  expect(asked.map(({ name }) => name)).toEqual(['subscribe']);
  client.take({ kind: 'answer', id: asked[0]?.id ?? -1, value: 'x' });
  await subscribed;
});

test('a subscription outlives the thread, also one that was under way when it ended', async () => {
  const client = createDataClient();
  const first = createAskedThread();
  await client.attach(first.thread);
  const subscribed = client.subscribe(gmv);
  await turn();
  await client.attach(null);
  const second = createAskedThread();
  await client.attach(second.thread);
  await turn();
  expect(second.asked).toHaveLength(1);
  client.take({ kind: 'answer', id: second.asked[0]?.id ?? -1, value: 'x' });
  await subscribed;

  await client.attach(null);
  const third = createAskedThread();
  const attached = client.attach(third.thread);
  expect(third.asked.map(({ name, ask }) => [name, ask])).toEqual([['subscribe', { spec: gmv }]]);
  client.take({ kind: 'answer', id: third.asked[0]?.id ?? -1, value: 'x' });
  await attached;
});

test('a view that can not be answered is refused with the thread’s reason', async () => {
  const client = createDataClient();
  const { thread, asked } = createAskedThread();
  await client.attach(thread);
  const subscribed = client.subscribe(gmv);
  await turn();
  const gmvError = { code: 'view', remedy: 'Use gmv.', retriable: false };
  const failure = { message: 'there is no metric x', stack: undefined, gmv: gmvError };
  client.take({ kind: 'refused', id: asked[0]?.id ?? -1, failure });
  await expect(subscribed).rejects.toThrow('there is no metric x. Use gmv.');
});

test('reads and queries fail at once while there is no thread', async () => {
  const client = createDataClient();
  await expect(client.read([])).rejects.toThrow('starting');
  await expect(client.query(gmv, 'json')).rejects.toThrow('starting');
});
