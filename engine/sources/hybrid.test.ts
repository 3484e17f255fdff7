import { describe, expect, it } from 'vitest';
import { createEventBatch } from '../events/event-batch.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { createHybridSource, type HybridPart } from './hybrid.ts';
import type { Source } from './source.ts';

/** A source of `rows` events, three to a batch, that counts from `from`. */
function counting(rows: number, from: bigint, bounded: boolean, closed: string[], name: string): Source {
  const batch = createEventBatch(ORDER_SCHEMA, 3);
  let given = 0;
  return {
    name,
    bounded,
    async poll() {
      if (given >= rows) return bounded ? { kind: 'end' } : { kind: 'idle', retryAfterMs: 20 };
      batch.length = Math.min(3, rows - given);
      given += batch.length;
      const nextOffset = String(from + BigInt(given));
      return { kind: 'batch', batch, partition: bounded ? 'parquet' : 'p', nextOffset, replaying: false };
    },
    async close() {
      closed.push(name);
    },
  };
}

const part = (name: string, from: string, to: string, rows: number, closed: string[] = []): HybridPart => ({
  name,
  fromOffset: from,
  toOffset: to,
  open: () => counting(rows, 0n, true, closed, name),
});

async function offsetsOf(source: Source): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const polled = await source.poll();
    if (polled.kind !== 'batch') return seen;
    expect(polled.partition).toBe('p');
    seen.push(`${polled.nextOffset} ${polled.replaying}`);
  }
}

describe('a hybrid source', () => {
  it('reads all parts, then follows from exactly the next offset, also past 2^53', async () => {
    const closed: string[] = [];
    const asked: string[] = [];
    const source = createHybridSource({
      partition: 'p',
      fromOffset: '9007199254740993',
      parts: [
        part('a', '9007199254740993', '9007199254740997', 4, closed),
        part('b', '9007199254740997', '9007199254740999', 2, closed),
      ],
      follow(offset) {
        asked.push(offset);
        return counting(5, BigInt(offset), false, closed, 'live');
      },
    });
    expect(await offsetsOf(source)).toEqual([
      '9007199254740996 true',
      '9007199254740997 true',
      '9007199254740999 true',
      '9007199254741002 false',
      '9007199254741004 false',
    ]);
    expect(asked).toEqual(['9007199254740999']);
    expect(closed).toEqual(['a', 'b']);
    await source.close();
    expect(closed).toEqual(['a', 'b', 'live']);
  });

  it('follows at once where there are no parts', async () => {
    const follow = (offset: string): Source => counting(1, BigInt(offset), false, [], 'live');
    const source = createHybridSource({ partition: 'p', fromOffset: 7, parts: [], follow });
    expect(await offsetsOf(source)).toEqual(['8 false']);
  });

  it('refuses parts that don’t join up, and names the one', () => {
    const follow = (): Source => counting(0, 0n, false, [], 'live');
    const parts = [part('a', '0', '4', 4), part('b', '5', '6', 1)];
    expect(() => createHybridSource({ partition: 'p', fromOffset: 0, parts, follow })).toThrow(
      /b starts at offset 5, not at 4/,
    );
  });

  it('stops at a part with fewer or more rows than its offsets say', async () => {
    const follow = (): Source => counting(0, 0n, false, [], 'live');
    const open = (rows: number): Source =>
      createHybridSource({ partition: 'p', fromOffset: 0, parts: [part('a', '0', '4', rows)], follow });
    await expect(offsetsOf(open(3))).rejects.toThrow(/a ends at offset 3, not at 4/);
    await expect(offsetsOf(open(5))).rejects.toThrow(/a has more rows/);
  });
});
