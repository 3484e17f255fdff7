import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDictionaries } from '../events/create-dictionaries.ts';
import { appendEvent } from '../events/encode-event.ts';
import { createEventBatch } from '../events/event-batch.ts';
import type { OrderEvent } from '../events/order-event.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { createHashPayload } from './hash-payload.ts';

const payload = ORDER_SCHEMA.map(({ name }) => name).filter((name) => name !== 'event_id');

const number = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.maxSafeInteger());
const text = fc.oneof(fc.constantFrom('a', 'b', 'aa'), fc.uuid());
const event = fc
  .record(
    Object.fromEntries(
      ORDER_SCHEMA.map(({ name, kind, nullable }) => {
        const value: fc.Arbitrary<string | number> =
          kind === 'category' || kind === 'id64' || kind === 'id128' ? text : number;
        return [name, nullable ? fc.option(value) : value];
      }),
    ),
  )
  .map((drawn) => drawn as OrderEvent);

/** Hashes in a batch of its own, whose dictionaries have met other values before. */
function hashesOf(events: readonly OrderEvent[], before: readonly OrderEvent[]): string[] {
  const dictionaries = createDictionaries(ORDER_SCHEMA, 1000);
  const all = [...before, ...events];
  const batch = createEventBatch(ORDER_SCHEMA, all.length);
  for (const each of all) appendEvent(batch, ORDER_SCHEMA, dictionaries, each);
  const out = { hi: new Uint32Array(all.length), lo: new Uint32Array(all.length) };
  createHashPayload({ schema: ORDER_SCHEMA, payload, dictionaries }).process(batch, out);
  return all.map((_, row) => `${out.hi[row]} ${out.lo[row]}`).slice(before.length);
}

const plain = (drawn: OrderEvent): string => JSON.stringify(payload.map((name) => drawn[name]));

test('equal payloads hash alike in every thread, different ones do not', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.array(event, { maxLength: 5 }), (events, others) => {
      const hashes = hashesOf(events, others);
      expect(hashesOf(events, [])).toEqual(hashes);
      expect(new Set(hashes).size).toBe(new Set(events.map(plain)).size);
    }),
  );
});

test('a change in one column shows', () => {
  fc.assert(
    fc.property(event, event, fc.constantFrom(...payload), (one, other, name) => {
      fc.pre(one[name] !== other[name]);
      const [before, after] = hashesOf([one, { ...one, [name]: other[name] ?? null }], []);
      expect(after).not.toBe(before);
    }),
  );
});
