import { expect, test } from 'vitest';
import type { FetchedPartition } from './fetch-answer.ts';
import { createFetchBuffer } from './fetch-buffer.ts';
import { fetchUntilAborted } from './fetch-loop.ts';
import type { PartitionState } from './partition-state.ts';
import { storedBatch } from './stored-batch-fixture.ts';

const batchAt = (offset: number): Buffer =>
  storedBatch({
    baseOffset: offset,
    lastOffset: offset,
    records: [{ offset, timeMs: 1_700_000_000_000, key: null, value: '{}', headers: [] }],
    gzip: false,
    byBroker: false,
    producerId: -1n,
    transactional: false,
    marker: null,
  });

/** Answers fetches of a partition that holds records 0 and 1 with the ends that are given, one after the other. */
async function fetchWithEnds(ends: readonly number[]): Promise<number[]> {
  const state: PartitionState = {
    topic: 't',
    partition: 0,
    name: 't/0',
    fetchAt: 0,
    position: 0,
    endOffset: 0,
    replayTo: 0,
    recordMs: null,
    answeredMs: null,
  };
  const buffer = createFetchBuffer(1 << 20);
  const stopping = new AbortController();
  const fetched: number[] = [];
  let asked = 0;
  const partition = (endOffset: number): FetchedPartition => ({
    topic: 't',
    partition: 0,
    errorCode: 0,
    endOffset,
    startOffset: 0,
    aborted: [],
    records: Buffer.concat([0, 1].filter((offset) => offset >= state.fetchAt).map(batchAt)),
  });
  await fetchUntilAborted({
    link: {
      async send<T>() {
        fetched.push(state.fetchAt);
        const endOffset = ends[asked++];
        if (endOffset === undefined) stopping.abort();
        return { clientSideThrottleTime: 0, byteLength: 100, partitions: [partition(endOffset ?? 2)] } as T;
      },
    },
    states: [state],
    buffer,
    answerBytes: 1000,
    clock: { now: () => 0 },
    signal: stopping.signal,
  });
  return fetched;
}

test('records that were written while the broker answered are taken with its next answer', async () => {
  expect(await fetchWithEnds([1, 2])).toEqual([0, 1, 2]);
  expect(await fetchWithEnds([0, 1, 2])).toEqual([0, 0, 1, 2]);
});

test('records that stay behind the end of their partition are damaged', async () => {
  await expect(fetchWithEnds([1, 1])).rejects.toMatchObject({ code: 'kafka_damaged' });
});
