import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { growBytes, inSharedMemory } from './in-shared-memory.ts';
import { ORDER_SCHEMA } from './order-schema.ts';
import { createRecordBatch } from './record-batch.ts';
import { reserveTexts } from './record-columns.ts';

it('gives equal data whose every array the receiver of a message writes for the sender, too', () => {
  const batch = createRecordBatch(ORDER_SCHEMA, 3);
  batch.recordTimeMs.set([1, 2, 3]);
  batch.records.texts.bytes.set([7, 8, 9]);
  const shared = inSharedMemory(batch);
  expect(shared).toEqual(batch);
  // One that was enlarged meanwhile is no exception.
  shared.records.texts.length = 3;
  reserveTexts(shared.records.texts, shared.records.texts.bytes.length);
  const received = sent(shared);
  const [own, others] = [arraysOf(shared), arraysOf(received)];
  expect(own.length).toBeGreaterThan(20);
  others.forEach((array, i) => {
    array.fill(i + 1);
  });
  expect(own.map((array) => array[0])).toEqual(others.map((_, i) => i + 1));
});

it('keeps views of the same bytes together', () => {
  const bytes = new Uint8Array(8);
  const { all, tail, view } = inSharedMemory({
    all: bytes,
    tail: bytes.subarray(4),
    view: new DataView(bytes.buffer, 4),
  });
  view.setUint8(1, 42);
  expect([all[5], tail[1]]).toEqual([42, 42]);
});

it('enlarges bytes in memory of their kind', () => {
  const own = Uint8Array.of(1, 2, 3);
  for (const bytes of [own, inSharedMemory(own)]) {
    const grown = growBytes(bytes, 5);
    expect([...grown]).toEqual([1, 2, 3, 0, 0, 0]);
    expect(grown.buffer.constructor).toBe(bytes.buffer.constructor);
  }
});

function sent<T>(data: T): T {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(data);
  const message = receiveMessageOnPort(port2)?.message as T;
  port1.close();
  return message;
}

function arraysOf(data: unknown): Uint8Array[] {
  if (ArrayBuffer.isView(data)) return data instanceof DataView ? [] : [data as Uint8Array];
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(arraysOf) : [];
}
