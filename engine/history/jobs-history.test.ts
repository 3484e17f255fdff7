// Long because: every promise of the contract stands here, over one history that each of them opens, closes and opens again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { type Catalogue, defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import type { JobLogLine, JobUnit } from '../protocol/jobs.ts';
import { figureTexts, onlyFigures } from './figure-texts.ts';
import { figuresOfFacts, sampleFacts } from './figures-of-facts.ts';
import type { History } from './history.ts';
import type { JobChange, UnitRequest } from './jobs-history.ts';
import { meaningOf } from './meaning-of-figures.ts';
import { openHistory } from './open-history.ts';

const [FIRST, SECOND, THIRD] = ['2010-12-01', '2010-12-02', '2010-12-03'] as const;
const calendar = createBusinessCalendar('UTC');
const compile = (catalogue: Catalogue) =>
  compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone: 'UTC', currency: 'CNY' });
const plan = compile(defaultCatalogue);
const ROLLUPS = plan.rollups.map(({ name }) => name);
const whole = { rollups: ROLLUPS, identity: true };
const DAY_MS = 86_400_000;

const figures = (day: string, amount: number, by = plan): DayFigures =>
  figuresOfFacts({
    plan: by,
    calendar,
    day,
    facts: sampleFacts({ calendar, day, count: 40, amount }),
    identity: true,
  });
const unitOf = (day: string, state: JobUnit['state'] = 'done'): JobUnit => ({
  day,
  state,
  cached: false,
  rows: 40,
  seconds: 0.5,
  attempts: 1,
  problem: null,
});
const line = (text: string): JobLogLine => ({
  atMs: 1_700_000_000_000,
  actor: 'operator',
  text,
  state: null,
});
const changeOf = (
  id: string,
  units: readonly JobUnit[] = [],
  log: readonly JobLogLine[] = [],
): JobChange => ({
  job: { id, document: JSON.stringify({ id, at: log.length }) },
  units,
  log,
});
const requestOf = (job: string, day: string, more: Partial<UnitRequest> = {}): UnitRequest => ({
  job,
  day,
  dataset: 'files',
  inputs: 'files of today',
  metrics: null,
  lateEvents: 0,
  ...more,
});

describe('what jobs ask of history', () => {
  let folder: string;
  let path: string;
  let now: number;
  let history: History;
  const open = async (options: Partial<Parameters<typeof openHistory>[0]> = {}): Promise<void> => {
    history = await openHistory({ path, plan, clock: () => now, ...options });
  };
  const reopen = async (options: Partial<Parameters<typeof openHistory>[0]> = {}): Promise<void> => {
    await history.close();
    await open(options);
  };
  const complete = async (request: UnitRequest, fresh: DayFigures | null): Promise<number> =>
    (
      await history.jobs.completeUnit({
        unit: request,
        fresh,
        change: changeOf(request.job, [unitOf(request.day)]),
      })
    ).generation;
  const compare = (job: string) => history.jobs.compare({ job });
  const approve = async (job: string): Promise<void> => {
    const { fingerprint } = await compare(job);
    await history.jobs.publishJob({ job, fingerprint, change: changeOf(job) });
  };
  const undo = (job: string): Promise<void> => history.jobs.undoJob({ job, change: changeOf(job) });
  const told = async (day: string) => meaningOf(await history.figuresOf(day, whole));
  const factsOf = async (day: string) =>
    (await history.jobs.published({})).find((facts) => facts.day === day);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gmv-jobs-'));
    path = join(folder, 'history.duckdb');
    now = 1_700_000_000_000;
    await open();
  });
  afterEach(async () => {
    await history.close();
    rmSync(folder, { recursive: true });
  });

  it('shows nobody a shadow before it is published, and undoes to exactly what there was, to nothing too', async () => {
    await history.publish(figures(FIRST, 1), 'live');
    const before = await told(FIRST);
    await complete(requestOf('job', FIRST), figures(FIRST, 2));
    await complete(requestOf('job', SECOND), figures(SECOND, 3));
    expect(await told(FIRST)).toEqual(before);
    expect(history.publishedDay(SECOND)).toBeNull();
    await approve('job');
    expect(await told(FIRST)).toEqual(meaningOf(figures(FIRST, 2)));
    expect(await told(SECOND)).toEqual(meaningOf(figures(SECOND, 3)));
    expect(history.publishedDays().map(({ day, restated }) => [day, restated])).toEqual([
      [FIRST, true],
      [SECOND, false],
    ]);
    await reopen();
    await undo('job');
    expect(await told(FIRST)).toEqual(before);
    expect(history.publishedDays().map(({ day, restated }) => [day, restated])).toEqual([[FIRST, false]]);
    expect(await history.figuresOf(SECOND, whole)).toBeNull();
  });

  it('publishes nothing where other figures of any day were published since, and names those days', async () => {
    await complete(requestOf('job', FIRST), figures(FIRST, 2));
    await complete(requestOf('job', SECOND), figures(SECOND, 3));
    const { fingerprint } = await compare('job');
    await history.publish(figures(SECOND, 4), 'live');
    const publish = (): Promise<void> =>
      history.jobs.publishJob({ job: 'job', fingerprint, change: changeOf('job') });
    await expect(publish()).rejects.toThrow(/other figures of 2010-12-02 were published since/);
    expect(history.publishedDays().map(({ day }) => day)).toEqual([SECOND]);
    expect((await compare('job')).outdated).toEqual([]);
    await expect(publish()).rejects.toThrow(/not the last comparison of job job/);
    await approve('job');
    expect(await told(SECOND)).toEqual(meaningOf(figures(SECOND, 3)));
  });

  it('publishes nothing that was not compared: a unit that was done after it', async () => {
    await complete(requestOf('job', FIRST), figures(FIRST, 2));
    const { fingerprint } = await compare('job');
    await complete(requestOf('job', SECOND), figures(SECOND, 3));
    await expect(
      history.jobs.publishJob({ job: 'job', fingerprint, change: changeOf('job') }),
    ).rejects.toThrow(/not the last comparison/);
    expect(history.publishedDays()).toEqual([]);
  });

  it('refuses to undo under later figures, names their days, and changes none', async () => {
    for (const day of [FIRST, SECOND, THIRD]) await complete(requestOf('old', day), figures(day, 2));
    await approve('old');
    for (const day of [SECOND, THIRD]) {
      await complete(requestOf('new', day, { inputs: 'other files' }), figures(day, 3));
    }
    await approve('new');
    await expect(undo('old')).rejects.toThrow(/later figures stand on those of 2010-12-02, 2010-12-03/);
    expect(history.publishedDays().length).toBe(3);
    await undo('new');
    await undo('old');
    expect(history.publishedDays()).toEqual([]);
  });

  it('writes no row for what it has: the same files by the same definitions', async () => {
    for (const day of [FIRST, SECOND]) await complete(requestOf('first', day), figures(day, 2));
    await approve('first');
    const count = async (): Promise<unknown> => {
      await history.close();
      const instance = await DuckDBInstance.create(path);
      const connection = await instance.connect();
      const tables = await connection.runAndReadAll(
        `SELECT table_name FROM duckdb_columns() WHERE column_name = 'generation' AND table_name NOT LIKE 'job%'`,
      );
      const rows: Record<string, unknown> = {};
      for (const [table] of [...tables.getRows(), ['generations']]) {
        const counted = await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM "${table}"`);
        rows[String(table)] = counted.getRows()[0]?.[0];
      }
      connection.closeSync();
      instance.closeSync();
      await open();
      return rows;
    };
    const before = await count();
    expect(before).toMatchObject({ generations: 2, publications: 2 });
    const units = [FIRST, SECOND].map((day) => requestOf('again', day));
    expect(await history.jobs.lacking({ units })).toEqual([[], []]);
    for (const unit of units) {
      expect(await complete(unit, null)).toBe(history.publishedDay(unit.day)?.generation);
    }
    expect((await compare('again')).days.map(({ differs }) => differs)).toEqual([false, false]);
    await approve('again');
    expect(await count()).toEqual(before);
    expect(history.publishedDay(FIRST)?.restated).toBe(false);
    await undo('again');
    expect(history.publishedDays().length).toBe(2);
  });

  it('reads for a new metric alone, and joins it to what is there', async () => {
    const narrow = compile({
      ...defaultCatalogue,
      metrics: defaultCatalogue.metrics.filter(({ name }) => name !== 'cancelled_orders'),
      rollups: defaultCatalogue.rollups.map((rollup) => ({
        ...rollup,
        metrics: rollup.metrics.filter((name) => name !== 'cancelled_orders'),
      })),
    });
    await reopen({ plan: narrow });
    await complete(requestOf('old', FIRST), figures(FIRST, 2, narrow));
    await approve('old');
    await reopen();
    expect((await factsOf(FIRST))?.staleMetrics).toEqual(['cancelled_orders']);
    const unit = requestOf('wider', FIRST);
    const [lacking = []] = await history.jobs.lacking({ units: [unit] });
    expect(new Set(lacking.map(({ metric }) => metric))).toEqual(new Set(['cancelled_orders']));
    const read = onlyFigures(figures(FIRST, 2), (_, metric) => metric === 'cancelled_orders');
    await complete(unit, read);
    await approve('wider');
    expect(figureTexts((await history.figuresOf(FIRST, whole)) ?? read)).toEqual(
      figureTexts(figures(FIRST, 2)),
    );
    expect(await factsOf(FIRST)).toMatchObject({
      staleMetrics: [],
      inputs: 'files of today',
      restated: false,
    });
  });

  it('a day stays of its oldest reading until no figure of that is left', async () => {
    await history.publish(figures(FIRST, 1), 'live');
    const part = (job: string, metrics: string[]) => {
      const read = onlyFigures(figures(FIRST, 2), (_, metric) => metrics.includes(metric));
      return complete(requestOf(job, FIRST, { metrics, lateEvents: 3 }), read);
    };
    await part('some', ['gmv', 'orders']);
    await approve('some');
    expect(await factsOf(FIRST)).toMatchObject({ dataset: null, lateEvents: 0, by: 'replay' });
    const [others = []] = await history.jobs.lacking({ units: [requestOf('others', FIRST)] });
    await part('others', [...new Set(others.map(({ metric }) => metric))]);
    await approve('others');
    expect(await factsOf(FIRST)).toMatchObject({ dataset: 'files', lateEvents: 3, staleMetrics: [] });
    expect(figureTexts((await history.figuresOf(FIRST, whole)) ?? figures(FIRST, 9))).toEqual(
      figureTexts(figures(FIRST, 2)),
    );
  });

  it('takes the figures that are published by now for what was not asked for, when it is compared', async () => {
    await history.publish(figures(FIRST, 1), 'live');
    const read = onlyFigures(figures(FIRST, 2), (_, metric) => metric === 'gmv');
    await complete(requestOf('some', FIRST, { metrics: ['gmv'] }), read);
    await history.publish(figures(FIRST, 5), 'live');
    await approve('some');
    const found = figureTexts((await history.figuresOf(FIRST, whole)) ?? read);
    expect(found.get('total/gmv')).toBe(figureTexts(figures(FIRST, 2)).get('total/gmv'));
    expect(found.get('total/refunds')).toBe(figureTexts(figures(FIRST, 5)).get('total/refunds'));
  });

  it('tells of the late events that are known by now also where the figures stay the same', async () => {
    await complete(requestOf('one', FIRST, { lateEvents: 2 }), figures(FIRST, 2));
    await approve('one');
    await complete(requestOf('two', FIRST, { lateEvents: 5 }), null);
    expect((await factsOf(FIRST))?.lateEvents).toBe(2);
    await approve('two');
    expect((await factsOf(FIRST))?.lateEvents).toBe(5);
    await reopen();
    expect((await factsOf(FIRST))?.lateEvents).toBe(5);
  });

  it('makes generations of several units at once, each its own', async () => {
    const days = [FIRST, SECOND, THIRD];
    for (const day of days) {
      await history.publish(figures(day, 1), 'live');
      await complete(requestOf('all', day), figures(day, 2));
    }
    const units = days.map((day) => requestOf('some', day, { metrics: ['refunds'] }));
    const change = changeOf(
      'some',
      days.map((day) => unitOf(day)),
    );
    await history.jobs.completeCached({ job: 'some', units, change });
    await reopen();
    expect(new Set((await compare('some')).days.map(({ computed }) => computed)).size).toBe(3);
    await approve('some');
    for (const day of days) {
      const found = figureTexts((await history.figuresOf(day, whole)) ?? figures(day, 9));
      expect(found.get('total/refunds')).toBe(figureTexts(figures(day, 2)).get('total/refunds'));
      expect(found.get('total/gmv')).toBe(figureTexts(figures(day, 1)).get('total/gmv'));
    }
  });

  it('keeps jobs, units and logs as they were saved', async () => {
    const [a, b] = [unitOf(SECOND, 'waiting'), unitOf(FIRST, 'failed')];
    await history.jobs.saveJob(changeOf('one', [a, b], [line('queued'), line('started')]));
    await history.jobs.saveJob(changeOf('two'));
    const failed = { ...b, state: 'failed' as const, problem: 'row group 3 of "a;b\'.parquet" 破损' };
    await history.jobs.saveJob(changeOf('one', [failed], [line('failed')]));
    await reopen();
    const log = ['queued', 'started', 'failed'].map(line);
    const one = { job: changeOf('one', [], [line('')]).job, units: [failed, a], log };
    expect(await history.jobs.loadJobs({})).toEqual([one, { job: changeOf('two').job, units: [], log: [] }]);
    await history.jobs.saveJob(changeOf('one', [], [line('again')]));
    expect((await history.jobs.loadJobs({}))[0]?.log.map(({ text }) => text)).toEqual([
      'queued',
      'started',
      'failed',
      'again',
    ]);
  });

  it('gives up what a job made and nobody needs, and nothing else', async () => {
    const published = await history.publish(figures(FIRST, 1), 'live');
    const mine = await complete(requestOf('mine', FIRST), figures(FIRST, 2));
    expect(await complete(requestOf('theirs', FIRST), null)).toBe(mine);
    const alone = await complete(requestOf('mine', SECOND), figures(SECOND, 2));
    await history.jobs.dropJob({ job: 'mine', change: changeOf('mine') });
    const kept = async (generation: number) =>
      (await history.figuresOfGeneration(generation, whole)) !== null;
    expect(await Promise.all([published, mine, alone].map(kept))).toEqual([true, true, false]);
    await history.jobs.dropJob({ job: 'theirs', change: changeOf('theirs') });
    expect(await kept(mine)).toBe(false);
    expect(await complete(requestOf('next', SECOND), figures(SECOND, 3))).toBeGreaterThan(alone);
  });

  it('forgets jobs with all that was kept of them, but for what they published', async () => {
    await complete(requestOf('done', FIRST), figures(FIRST, 1));
    await approve('done');
    const shadow = await complete(requestOf('given up', SECOND), figures(SECOND, 2));
    await compare('given up');
    await history.jobs.saveJob(changeOf('stays', [unitOf(FIRST, 'waiting')], [line('queued')]));
    await history.jobs.forgetJobs({ jobs: ['done', 'given up'] });
    const stays = async () => (await history.jobs.loadJobs({})).map(({ job }) => job.id);
    expect(await stays()).toEqual(['stays']);
    expect(await history.figuresOfGeneration(shadow, whole)).toBeNull();
    expect(await told(FIRST)).toEqual(meaningOf(figures(FIRST, 1)));
    await reopen();
    expect(await stays()).toEqual(['stays']);
    expect((await compare('given up')).days).toEqual([]);
    // The name may be taken again, and knows nothing of before.
    await history.jobs.saveJob(changeOf('done', [], [line('again')]));
    const again = (await history.jobs.loadJobs({})).find(({ job }) => job.id === 'done');
    expect(again).toMatchObject({ units: [], log: [{ text: 'again' }] });
  });

  it('keeps by count and age what can be gone back to, and says so where it is gone', async () => {
    await reopen({ keep: { count: 2, days: 30 } });
    const ids: number[] = [];
    for (const amount of [1, 2, 3, 4]) {
      const inputs = `files ${amount}`;
      ids.push(await complete(requestOf(inputs, FIRST, { inputs }), figures(FIRST, amount)));
      await approve(inputs);
      now += DAY_MS;
    }
    const held = await complete(requestOf('held', FIRST, { inputs: 'held' }), figures(FIRST, 9));
    const kept = async () => {
      const found = await Promise.all([...ids, held].map((id) => history.figuresOfGeneration(id, whole)));
      return found.map((each) => each !== null);
    };
    expect(await kept()).toEqual([false, true, true, true, true]);
    await undo('files 4');
    await undo('files 3');
    await expect(undo('files 2')).rejects.toThrow(/figures before those of 2010-12-01 are no longer kept/);
    now += 31 * DAY_MS;
    await reopen({ keep: { count: 2, days: 30 } });
    expect(await kept()).toEqual([false, true, false, false, true]);
    await approve('held');
    expect(await told(FIRST)).toEqual(meaningOf(figures(FIRST, 9)));
  });

  it('takes no figure for another: one that was redefined, or of another slice, is read again', async () => {
    await complete(requestOf('old', FIRST), figures(FIRST, 2));
    await approve('old');
    const hours = compile({
      ...defaultCatalogue,
      rollups: defaultCatalogue.rollups.map((rollup) =>
        rollup.name === 'category' ? { ...rollup, slice: 'hour' as const } : rollup,
      ),
    });
    await reopen({ plan: hours });
    const unit = requestOf('hours', FIRST, { metrics: ['gmv'] });
    expect(await history.jobs.lacking({ units: [unit] })).toEqual([[{ rollup: 'category', metric: 'gmv' }]]);
    // Rows by minute are nothing to who reads by hour.
    const id = history.publishedDay(FIRST)?.generation ?? -1;
    expect(await history.totalsOf(id, 'category')).toBeNull();
    const read = onlyFigures(figures(FIRST, 2, hours), (rollup, m) => rollup === 'category' && m === 'gmv');
    await complete(unit, read);
    await approve('hours');
    const found = figureTexts((await history.figuresOf(FIRST, whole)) ?? read);
    expect(found.get('category/gmv')).toBe(figureTexts(figures(FIRST, 2, hours)).get('category/gmv'));
    expect(found.has('category/units')).toBe(false);
    expect(found.get('total/units')).toBe(figureTexts(figures(FIRST, 2)).get('total/units'));
    expect((await factsOf(FIRST))?.staleMetrics).not.toContain('gmv');
    expect((await factsOf(FIRST))?.staleMetrics).toContain('units');
  });

  it('takes figures only as a whole unit that is done', async () => {
    const some = onlyFigures(figures(FIRST, 2), (rollup, metric) => rollup !== 'total' || metric !== 'gmv');
    await expect(complete(requestOf('job', FIRST), some)).rejects.toThrow(/2010-12-01 lacks gmv of total/);
    await expect(complete(requestOf('job', FIRST), null)).rejects.toThrow(/2010-12-01 lacks .* more/);
    const unit = requestOf('job', FIRST);
    await expect(
      history.jobs.completeUnit({ unit, fresh: figures(FIRST, 2), change: changeOf('job') }),
    ).rejects.toThrow(/without their unit of job job/);
    expect(await history.jobs.loadJobs({})).toEqual([]);
  });
});
