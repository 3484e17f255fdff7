import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { orderEvent } from '../../../test/builders.ts';
import { planOf, startRun } from '../../../test/laws/run-pipeline.ts';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { OrderEvent } from '../../events/order-event.ts';
import { copyOf } from '../../state/loan.ts';
import type { PipelineSnapshot } from '../pipeline/pipeline-snapshot.ts';
import { type CheckpointContent, createCheckpointer } from './checkpointer.ts';
import type { Keeper } from './keeper.ts';

const HOUR = 3_600_000;
const noon = Date.UTC(2024, 4, 1, 12);
const plan = planOf('UTC', { outOfOrdernessMs: 0, allowedLatenessMs: 0 });
const paid = (id: string, hours: number): OrderEvent =>
  orderEvent({ event_id: id, event_time: noon + hours * HOUR, currency: 'EUR' });

/** Checkpoints whose writing ends when the test says so. */
function start({ everyMs = 1000 } = {}) {
  const run = startRun({ plan, calendar: createBusinessCalendar('UTC'), mode: 'live' });
  const written: (Pick<CheckpointContent, 'offsets'> & {
    snapshot: PipelineSnapshot;
    parts: { tally: unknown };
  })[] = [];
  const committed: unknown[] = [];
  let now = 0;
  let taken = 0;
  let end: ((error?: Error) => void) | null = null;
  const keeper: Keeper = {
    name: 'tally',
    ready: () => true,
    take: () => undefined,
    cut: async () => ({ taken }),
    committed: (kept) => void committed.push(kept),
    close: async () => undefined,
  };
  const checkpointer = createCheckpointer({
    pipeline: run.pipeline,
    keepers: [keeper],
    everyMs,
    stopwatch: () => now,
    async write(content) {
      await new Promise<void>((done, fail) => {
        end = (error) => (error ? fail(error) : done());
      });
      // Read late: it is of the moment when the checkpoint began all the same.
      const snapshot = copyOf<PipelineSnapshot>(content.snapshot.data);
      written.push({ offsets: content.offsets, snapshot, parts: { tally: await content.parts.tally } });
      return { bytes: 7, kept: written.map(({ parts }) => parts) };
    },
  });
  return {
    ...run,
    checkpointer,
    written,
    committed,
    step(offset: number) {
      taken = offset;
      checkpointer.step({ 'orders/0': String(offset) });
    },
    wait: (ms: number) => {
      now += ms;
    },
    isWriting: () => end !== null,
    async end(error?: Error) {
      const go = end;
      end = null;
      go?.(error);
      await nextTurn();
    },
  };
}

test('one is taken every so often, of the moment when it began, and one at a time', async () => {
  const bed = start();
  bed.give([paid('a', 0)]);
  bed.step(1);
  expect(bed.isWriting()).toBe(false);
  bed.wait(1000);
  bed.step(1);
  expect(bed.isWriting()).toBe(true);
  bed.give([paid('b', 1)]);
  bed.wait(5000);
  bed.step(2);
  await bed.end();
  expect(bed.isWriting()).toBe(false);
  const [first] = bed.written;
  expect(first).toMatchObject({ offsets: { 'orders/0': '1' }, parts: { tally: { taken: 1 } } });
  expect(first?.snapshot.counts.rows).toBe(1);
  expect(bed.committed).toEqual([[{ taken: 1 }]]);
  expect(bed.checkpointer.facts()).toMatchObject({
    last: { begunMs: 1000, ms: 5000, bytes: 7 },
    problem: null,
  });
  // Where one takes 5 s the next comes after 25 s at the earliest; where nothing was consumed none comes.
  bed.step(2);
  expect(bed.isWriting()).toBe(false);
  bed.wait(20_000);
  bed.step(2);
  await bed.end();
  bed.wait(60_000);
  bed.step(2);
  expect(bed.isWriting()).toBe(false);
  await bed.checkpointer.finish({ 'orders/0': '2' });
  expect(bed.written.map(({ offsets }) => offsets['orders/0'])).toEqual(['1', '2']);
});

test('a day that is over is sealed by a checkpoint at once, and given away only when that is durable', async () => {
  const bed = start();
  bed.give([paid('a', 0), paid('b', 13)]);
  bed.step(2);
  expect(bed.isWriting()).toBe(true);
  expect(bed.checkpointer.takeSealed()).toEqual([]);
  // It is late from that moment on, as it will be after a restart from that checkpoint.
  bed.give([paid('c', 1)]);
  expect(bed.pipeline.counts()).toMatchObject({ applied: 2, late: 1 });
  await bed.end();
  const [checkpoint] = bed.written;
  expect(bed.checkpointer.takeSealed()).toMatchObject([{ day: '2024-05-01', counts: { applied: 1 } }]);

  const again = startRun({
    plan,
    calendar: createBusinessCalendar('UTC'),
    mode: 'live',
    ...(checkpoint && { from: checkpoint.snapshot }),
  });
  expect(again.pipeline.takeSealed()).toMatchObject([{ day: '2024-05-01', counts: { applied: 1 } }]);
  again.give([paid('c', 1)]);
  expect(again.pipeline.counts()).toEqual(bed.pipeline.counts());
});

test('one that fails seals nothing for anyone else, is told, and is tried again with all that it would have held', async () => {
  const bed = start();
  bed.give([paid('a', 0), paid('b', 13)]);
  bed.step(2);
  await bed.end(new Error('no space left'));
  expect(bed.checkpointer.facts()).toMatchObject({ last: null, problem: 'no space left' });
  expect(bed.checkpointer.takeSealed()).toEqual([]);
  bed.step(2);
  expect(bed.isWriting()).toBe(false);
  bed.wait(1000);
  bed.step(3);
  await bed.end();
  expect(bed.checkpointer.facts().problem).toBe(null);
  expect(bed.written[0]?.parts).toEqual({ tally: { taken: 3 } });
  expect(bed.checkpointer.takeSealed()).toHaveLength(1);
});

test('a slow disk is told while it is one, also of a checkpoint that is still being written', async () => {
  const bed = start();
  const told = () => bed.checkpointer.facts().problem;
  bed.give([paid('a', 0)]);
  bed.wait(1000);
  bed.step(1);
  bed.wait(10_000);
  expect(told()).toBe(null);
  bed.wait(2000);
  expect(told()).toMatch(/^A checkpoint takes 12 s, .* the next one comes after 60 s,/);
  await bed.end();
  bed.wait(47_000);
  expect(told()).toMatch(/takes 12 s/);
  // Nothing came that would have to be kept.
  bed.wait(1000);
  expect(told()).toBe(null);
  bed.step(2);
  expect(told()).toMatch(/takes 12 s/);
  await bed.end();
  expect(told()).toBe(null);
});

test('none is taken before a partition is known: a later run would not know where to begin', async () => {
  const bed = start();
  bed.wait(5000);
  bed.checkpointer.step({});
  expect(bed.isWriting()).toBe(false);
  await bed.checkpointer.finish({});
  expect(bed.written).toEqual([]);
});

test('a seal that failed is tried again, also where nothing was consumed since the last checkpoint', async () => {
  const bed = start();
  bed.give([paid('a', 0)]);
  bed.wait(1000);
  bed.step(1);
  await bed.end();
  // The watermark goes on though offsets don't, as when a partition turns out to be idle.
  bed.give([paid('b', 13)]);
  bed.step(1);
  await bed.end(new Error('no space left'));
  bed.wait(1000);
  bed.step(1);
  expect(bed.isWriting()).toBe(true);
  await bed.end();
  expect(bed.checkpointer.takeSealed()).toMatchObject([{ day: '2024-05-01' }]);
});

test('a last one follows the one under way', async () => {
  const bed = start();
  bed.wait(1000);
  bed.step(0);
  const finished = bed.checkpointer.finish({ 'orders/0': '9' });
  await bed.end();
  await bed.end();
  await finished;
  expect(bed.written.map(({ offsets }) => offsets['orders/0'])).toEqual(['0', '9']);
});
