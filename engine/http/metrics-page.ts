import { Counter, Gauge, Registry } from 'prom-client';
import type { ServerStatus, StreamStatus } from '../protocol/status.ts';

/** What the page is made of, taken anew for every answer. */
export interface MetricsFacts {
  readonly status: ServerStatus;
  /** Thread → how late its event loop was lately; ms. */
  readonly loopDelays: ReadonlyMap<
    string,
    { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number }
  >;
  readonly violations: Readonly<Record<string, number>>;
  readonly sockets: number;
  readonly views: number;
  readonly encodings: number;
}

const OUTCOMES = ['applied', 'duplicates', 'conflicts', 'late', 'rejected'] as const;
const STATES: readonly ServerStatus['live'][] = ['starting', 'catching_up', 'live', 'stalled', 'failed'];

/** Writes the facts in Prometheus's text format. */
export async function metricsPage(facts: MetricsFacts): Promise<{ contentType: string; body: string }> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, value: number | null): void => {
    if (value !== null) new Gauge({ name, help, registers }).set(value);
  };
  const { status } = facts;

  const rows = new Counter({
    name: 'gmv_rows_total',
    help: 'Rows of this run, by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of OUTCOMES) rows.inc({ outcome }, status.counts[outcome]);
  const rejected = new Counter({
    name: 'gmv_rejected_rows_total',
    help: 'Rejected rows of this run, by reason.',
    labelNames: ['reason'],
    registers,
  });
  for (const [reason, count] of Object.entries(status.counts.rejectedBy)) rejected.inc({ reason }, count);
  const violations = new Counter({
    name: 'gmv_epoch_violations_total',
    help: 'Epochs that broke what must always hold, by rule.',
    labelNames: ['rule'],
    registers,
  });
  for (const [rule, count] of Object.entries(facts.violations)) violations.inc({ rule }, count);
  const state = new Gauge({
    name: 'gmv_live_state',
    help: '1 for the state that live is in.',
    labelNames: ['state'],
    registers,
  });
  for (const name of STATES) state.set({ state: name }, name === status.live ? 1 : 0);
  const delay = new Gauge({
    name: 'gmv_event_loop_delay_seconds',
    help: 'How late the event loop of each thread was in the last two seconds.',
    labelNames: ['thread', 'stat'],
    registers,
  });
  for (const [thread, { meanMs, p99Ms, maxMs }] of facts.loopDelays) {
    delay.set({ thread, stat: 'mean' }, meanMs / 1000);
    delay.set({ thread, stat: 'p99' }, p99Ms / 1000);
    delay.set({ thread, stat: 'max' }, maxMs / 1000);
  }
  if (status.stream) streamGauges(status.stream, registers);
  gauge('gmv_lag_seconds', 'The clock minus the latest event time.', status.lagMs && status.lagMs / 1000);
  gauge('gmv_epoch', 'Number of the last epoch of this run.', status.epoch);
  gauge('gmv_events_per_second', 'Rows taken lately.', status.eventsPerSecond);
  gauge('gmv_sockets', 'Sockets connected.', facts.sockets);
  gauge('gmv_views', 'Views in use.', facts.views);
  new Counter({ name: 'gmv_thread_restarts_total', help: 'Threads started again.', registers }).inc(
    status.restarts,
  );
  new Counter({
    name: 'gmv_frames_encoded_total',
    help: 'Frames encoded, each for any number of sockets.',
    registers,
  }).inc(facts.encodings);
  return { contentType: registry.contentType, body: await registry.metrics() };
}

/** How far each partition is read, how checkpoints go, and which sealed days lack events. */
function streamGauges(
  { partitions, checkpoint, lateDays, interrupted }: StreamStatus,
  registers: Registry[],
): void {
  const partitionGauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['partition'], registers });
  const lagRecords = partitionGauge('gmv_kafka_lag_records', 'Records that wait to be read.');
  const lagSeconds = partitionGauge(
    'gmv_kafka_lag_seconds',
    'Age of the record read last where more wait behind it, else 0.',
  );
  const offset = partitionGauge('gmv_kafka_offset', 'Offset of the record that is read next.');
  for (const { partition, nextOffset, lagRecords: records, lagMs } of partitions) {
    lagRecords.set({ partition }, records);
    if (lagMs !== null) lagSeconds.set({ partition }, lagMs / 1000);
    offset.set({ partition }, Number(nextOffset));
  }
  const gauge = (name: string, help: string, value: number): void =>
    new Gauge({ name, help, registers }).set(value);
  gauge('gmv_kafka_up', '1 while the stream can be read, else 0.', interrupted ? 0 : 1);
  const { ageMs, tookMs, stallMs, bytes } = checkpoint;
  if (ageMs !== null) {
    gauge('gmv_checkpoint_age_seconds', 'Since the last durable checkpoint was begun.', ageMs / 1000);
    gauge('gmv_checkpoint_duration_seconds', 'How long that one took.', tookMs / 1000);
    gauge('gmv_checkpoint_stall_seconds', 'How long of that it held the pipeline up.', stallMs / 1000);
    gauge('gmv_checkpoint_bytes', 'Size of its state.', bytes);
  }
  const late = new Gauge({
    name: 'gmv_late_events',
    help: 'Events that came after their day was sealed, by day.',
    labelNames: ['day'],
    registers,
  });
  for (const { day, events } of lateDays) late.set({ day }, events);
}
