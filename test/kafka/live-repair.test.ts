import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Comparison } from '../../engine/protocol/comparison.ts';
import type { Coverage } from '../../engine/protocol/coverage.ts';
import type { JobDraft, JobEstimate, JobState, JobSummary, JobUpdate } from '../../engine/protocol/jobs.ts';
import { buildApp } from '../../scripts/build.mjs';
import { createRandom } from '../builders.ts';
import { makeTopic } from './consume-bed.ts';
import { type KafkaBed, openKafkaBed, readTopic, skipped } from './kafka-bed.ts';
import { checkDays, checkSealedRange } from './live-checks.ts';
import { expectedOf } from './live-expected.ts';
import { dayLabel, disturbed, ordersOfDay } from './live-orders.ts';
import { createLiveProducer } from './live-producer.ts';
import { untilCheckpointed } from './live-scene.ts';
import { createLiveServer, type LiveServer } from './live-server.ts';

const CURRENCY = 'CNY';
const PARTITIONS = 2;
const SEED = Number(process.env.GMV_SEED ?? Date.now() % 1_000_000);
const START_MS = 600_000;
const TOPIC = 'repaired';
const PATIENT = { timeout: 120_000, interval: 100 };
/** So long a server waits at least, after a start, for what live knows of late events. */
const LATE_AWAITED_MS = 2_900;
/** A day's: of fewer, one draw in thirty has a channel without a toy. */
const ORDERS = 200;
/** The last one that is sealed, and the one that live is in. */
const [SEALED, TODAY] = [2, 3];

let bed: KafkaBed;
beforeAll(async () => {
  if (skipped !== null) return;
  await buildApp();
  bed = await openKafkaBed();
}, START_MS);
beforeEach(({ skip }) => skip(skipped !== null, skipped ?? ''));
afterAll(async () => bed?.close(), START_MS);

/**
 * The day's orders; `contradicted` of them come a second time, with an earlier time and another amount, in the same
 * partition: in another one it could be the first that live reads.
 */
function messagesOf(day: number, contradicted: number): Message[] {
  const random = createRandom(SEED + day);
  const events = ordersOfDay(day, ORDERS, random);
  const shares = { duplicates: 0.05, conflicts: 0, malformed: 0.02 };
  const messages = disturbed({ events, partitions: PARTITIONS, ...shares, random });
  const paid = events.filter(({ type }) => type === 'paid').slice(0, contradicted);
  const others = paid.map((event) => {
    const value = JSON.stringify(event);
    const first = messages.find((message) => message.value === value);
    const [timeMs, amount] = [Number(event.event_time) - 1, Number(event.amount_minor) + 7];
    return messageOf({ ...event, event_time: timeMs, amount_minor: amount }, first?.partition ?? 0);
  });
  return [...messages, ...others];
}

const messageOf = (event: object, partition: number): Message => ({
  partition,
  value: JSON.stringify(event),
});

async function stateOf(server: LiveServer, id: string, wanted: JobState): Promise<JobSummary> {
  for (const untilMs = Date.now() + 120_000; ; await sleep(50)) {
    const { summary } = await server.ask<JobUpdate>(`/api/job?id=${id}`);
    if (summary.state === wanted) return summary;
    expect(Date.now(), `${JSON.stringify(summary)}\n${server.said().slice(-2000)}`).toBeLessThan(untilMs);
  }
}

it(`late events and contradictions are repaired from the archive, published at once and undone, also across kills; seed ${SEED}`, async () => {
  const folder = join(bed.folder, 'server');
  mkdirSync(folder);
  await makeTopic(bed.kafka, TOPIC, PARTITIONS);
  const live = { checkpointEverySeconds: 1 };
  const server = createLiveServer({ folder, broker: bed.broker.address, topic: TOPIC, live });
  const producer = createLiveProducer(bed.kafka, TOPIC);
  try {
    await server.start();
    let rows = 0;
    const send = async (messages: Message[]): Promise<void> => {
      await producer.send(messages);
      rows += messages.length;
      await server.until(({ counts }) => counts.rows >= rows);
    };
    for (let day = 0; day <= TODAY; day++) await send(messagesOf(day, day === 1 ? 3 : 0));
    // Sealed by then.
    await expect
      .poll(async () => (await coverageOf(server)).days.find(isDay(SEALED))?.state, PATIENT)
      .toBe('published');
    const late = ordersOfDay(0, 5, createRandom(SEED)).map((event) => ({
      ...event,
      event_id: `late ${event.event_id}`,
    }));
    const before = expectedOf(TOPIC, await readTopic(bed.kafka, TOPIC), CURRENCY);
    await send(late.map((event, i) => messageOf(event, i % PARTITIONS)));
    const after = expectedOf(TOPIC, await readTopic(bed.kafka, TOPIC), CURRENCY);
    // The archive knows of them with the next checkpoint.
    await untilCheckpointed({ kafka: bed.kafka, topic: TOPIC, server });
    const dirt = async () => {
      const { dirtyDays, days } = await coverageOf(server);
      return [dirtyDays, ...[0, 1].map((day) => days.find(isDay(day))?.dirt)];
    };
    await expect
      .poll(dirt, PATIENT)
      .toEqual([
        [dayLabel(0), dayLabel(1)],
        [{ why: 'late', events: late.length }],
        [{ why: 'conflicts', events: 3 }],
      ]);

    const draft: JobDraft = {
      dataset: 'archive',
      spans: [{ from: dayLabel(0), to: dayLabel(TODAY) }],
      metrics: null,
      when: 'now',
      parallelism: 2,
      approval: { kind: 'manual' },
    };
    const estimate = await server.ask<JobEstimate>('/api/backfill/estimate', { draft });
    expect(estimate).toMatchObject({
      units: SEALED + 1,
      left: [{ day: dayLabel(TODAY), why: 'not_sealed' }],
    });
    const submitted = await server.ask<JobSummary>('/api/jobs', { draft, estimate: estimate.fingerprint });
    await server.kill();
    await server.start();
    await stateOf(server, submitted.id, 'awaiting_approval');
    const comparison = await server.ask<Comparison>(`/api/job/comparison?id=${submitted.id}`);
    expect(comparison.days.map(({ differs, causes }) => [differs, causes.map(({ why }) => why)])).toEqual([
      [true, ['late']],
      [true, ['conflicts']],
      [false, []],
    ]);
    // Nobody sees it yet.
    await checkDays(server, before, [dayLabel(0)]);

    const act = (action: string, expects: string | null = null) =>
      server.ask<JobSummary>('/api/job/action', { id: submitted.id, action, expect: expects });
    await act('approve', comparison.fingerprint);
    await server.kill();
    await server.start();
    expect((await stateOf(server, submitted.id, 'published')).actions).toContain('undo');
    const sealed = [0, 1, 2].map(dayLabel);
    await checkDays(server, after, sealed);
    await checkSealedRange(server, after, sealed);
    expect(await coverageOf(server)).toMatchObject({ dirtyDays: [] });
    const restated = await server.view({ metrics: 'gmv', range: `${sealed[0]}..${sealed[2]}` });
    expect(restated.meta).toMatchObject({ restatedDays: 2 });

    await act('undo');
    await server.kill();
    await server.start();
    // Where what live knows of late events is known, no day is called clean that is not.
    expect(await coverageOf(server)).toMatchObject({
      dirtyDays: [dayLabel(0), dayLabel(1)],
      lateKnown: true,
    });
    await stateOf(server, submitted.id, 'undone');
    await checkDays(server, before, [dayLabel(0), dayLabel(2)]);

    const { parity } = await server.until((status) => status.parity?.state === 'equal');
    expect(parity).toMatchObject({ differing: 0, problem: null });
    expect(parity?.figures).toBeGreaterThan(100);
    await checkFilters(server);
    expect(await server.stop()).toBe(0);
  } finally {
    await server.kill();
    await producer.close();
  }
});

/** Combinations of filters, each computed by a run of its own, agree with each other and with the rollups. */
async function checkFilters(server: LiveServer): Promise<void> {
  const metrics = 'gmv,orders,buyers,units,paid_events';
  const whole = async (parameters: Record<string, string>) => {
    for (;;) {
      const answer = await server.view({ metrics, ...parameters });
      if (answer.meta.note === null) return answer.rows;
      await sleep(100);
    }
  };
  const byChannel = await whole({ dimension: 'channel', 'filter.category': 'toys' });
  expect(byChannel.length).toBeGreaterThan(2);
  for (const channel of ['web', 'app']) {
    const [combined] = await whole({ 'filter.category': 'toys', 'filter.channel': channel });
    const { key: _, ...figures } = byChannel.find(({ key }) => key === channel) ?? {};
    expect(combined).toMatchObject(figures);
  }
  const [toys] = await whole({ 'filter.category': 'toys' });
  for (const metric of ['gmv', 'units', 'paid_events']) {
    expect(byChannel.reduce((sum, row) => sum + Number(row[metric]), 0)).toBe(toys?.[metric]);
  }
}

/** Once the server knows of late events. It doesn't answer without before it has waited for that. */
async function coverageOf(server: LiveServer): Promise<Coverage> {
  for (const untilMs = Date.now() + PATIENT.timeout; ; await sleep(PATIENT.interval)) {
    const askedMs = performance.now();
    const coverage = await server.ask<Coverage>('/api/coverage?dataset=archive&year=2025');
    if (coverage.lateKnown) return coverage;
    expect(performance.now() - askedMs).toBeGreaterThan(LATE_AWAITED_MS);
    expect(Date.now(), server.said().slice(-2000)).toBeLessThan(untilMs);
  }
}

const isDay =
  (index: number) =>
  ({ day }: { readonly day: string }): boolean =>
    day === dayLabel(index);
