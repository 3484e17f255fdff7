import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { type Catalogue, defaultCatalogue } from '../definitions/catalogue.ts';
import { defineMetric } from '../definitions/metric.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import type { DayFigures } from '../figures/day-figures.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import { type Fact, figuresOfFacts, sampleFacts } from './figures-of-facts.ts';
import type { History } from './history.ts';
import { meaningOf } from './meaning-of-figures.ts';
import { openHistory } from './open-history.ts';

const DAY = '2010-12-01';
const calendar = createBusinessCalendar('UTC');
const compile = (catalogue: Catalogue) =>
  compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone: 'UTC', currency: 'CNY' });
const plan = compile(defaultCatalogue);
const ROLLUPS = plan.rollups.map(({ name }) => name);

const factsOf = (count: number, amount: number): Fact[] => sampleFacts({ calendar, day: DAY, count, amount });

const generation = (count: number, amount: number): DayFigures =>
  figuresOfFacts({ plan, calendar, day: DAY, facts: factsOf(count, amount), identity: true });

describe('history', () => {
  let folder: string;
  let path: string;
  let open: History[];
  const start = async (withPlan = plan): Promise<History> => {
    const history = await openHistory({ path, plan: withPlan, clock: () => 1_700_000_000_123 });
    open.push(history);
    return history;
  };
  const stop = async (history: History): Promise<void> => {
    open = open.filter((other) => other !== history);
    await history.close();
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gmv-history-'));
    path = join(folder, 'deep', 'history.duckdb');
    open = [];
  });
  afterEach(async () => {
    for (const history of open) await history.close();
    rmSync(folder, { recursive: true });
  });

  it('gives back exactly what was published, identity included, also after it was closed', async () => {
    const figures = generation(400, 1_000);
    const history = await start();
    await history.publish(figures, 'live');
    const request = { rollups: ROLLUPS, identity: true };
    expect(meaningOf(await history.figuresOf(DAY, request))).toEqual(meaningOf(figures));
    await stop(history);
    const again = await start();
    expect(meaningOf(await again.figuresOf(DAY, request))).toEqual(meaningOf(figures));
    expect(again.publishedDays()).toEqual([
      {
        day: DAY,
        generation: 1,
        origin: 'live',
        publishedAtMs: 1_700_000_000_123,
        planFingerprint: plan.fingerprint,
        restated: false,
        counts: figures.counts,
      },
    ]);
  });

  it('gives back keys that have nothing to count, and hours without figures', async () => {
    const figures = generation(40, 1);
    const [total, category, ...others] = figures.rollups;
    const keys = [...category!.keys, 'silent', '"'];
    const distinct = category!.distinct.map((counts) => {
      const { offsets, hi, lo } = counts.identity!;
      const end = offsets.at(-1)!;
      return { ...counts, identity: { offsets: Uint32Array.from([...offsets, end, end]), hi, lo } };
    });
    const hours = [0, 5, 23];
    const given = { ...figures, hours, rollups: [total!, { ...category!, keys, distinct }, ...others] };
    const history = await start();
    await history.publish(given, 'live');
    const found = await history.figuresOf(DAY, { rollups: ROLLUPS, identity: true });
    expect(meaningOf(found)).toEqual(meaningOf(given));
    expect(found?.hours).toEqual(hours);
  });

  it('rebuilds the rollups that were asked for, without identity unless asked', async () => {
    const history = await start();
    await history.publish(generation(50, 1), 'live');
    const found = await history.figuresOf(DAY, { rollups: ['category', 'nothing'] });
    expect(found?.rollups.map(({ rollup }) => rollup)).toEqual(['category']);
    expect(found?.rollups[0]?.distinct.every(({ identity }) => identity === null)).toBe(true);
    expect(await history.figuresOf('2010-12-02', { rollups: ROLLUPS })).toBeNull();
  });

  it('reads totals and one key as the sums of its cells', async () => {
    const figures = generation(300, 10);
    const history = await start();
    const id = await history.publish(figures, 'live');
    const category = figures.rollups.find(({ rollup }) => rollup === 'category')!;
    const totals = await history.totalsOf(id, 'category');
    expect(new Set(totals?.keys)).toEqual(new Set(category.keys));
    for (const [k, key] of category.keys.entries()) {
      const series = await history.seriesOf({
        generation: id,
        rollup: 'category',
        key,
        slots: 1440,
        hours: 24,
      });
      const gmv = new Float64Array(1440);
      for (let i = 0; i < category.cells.key.length; i++) {
        if (category.cells.key[i] === k) gmv[category.cells.slot[i]!] = category.cells.values[0]![i]!;
      }
      expect(series?.additive.get('gmv')).toEqual(gmv);
      const sum = gmv.reduce((a, b) => a + b, 0);
      expect(totals?.additive.get('gmv')?.[totals.keys.indexOf(key)]).toBe(sum);
      const orders = category.distinct.find(({ metric }) => metric === 'orders')!;
      const daily = orders.daily.count[orders.daily.key.indexOf(k)] ?? 0;
      const hourly = new Float64Array(24);
      for (let i = 0; i < orders.hourly.key.length; i++) {
        if (orders.hourly.key[i] === k) hourly[orders.hourly.hour[i]!] = orders.hourly.count[i]!;
      }
      expect(series?.hourly.get('orders')).toEqual(hourly);
      expect(totals?.distinct.get('orders')?.[totals.keys.indexOf(key)]).toBe(daily);
      const [who] = (await history.identityOf({
        generation: id,
        rollup: 'category',
        metric: 'orders',
        key,
      }))!;
      expect(who?.hi.length ?? 0).toBe(daily);
    }
    expect(
      await history.identityOf({ generation: id, rollup: 'product', metric: 'gmv', key: 'p1' }),
    ).toBeNull();
  });

  it('moves the pointer back step by step, and refuses the step that is not there by name', async () => {
    const history = await start();
    const first = await history.publish(generation(10, 1), 'live');
    await history.publish(generation(20, 2), 'replay');
    const third = await history.publish(generation(30, 3), 'replay');
    expect(await history.undo(DAY)).toBe(2);
    const fourth = await history.publish(generation(40, 4), 'replay');
    expect([third, fourth]).toEqual([3, 4]);
    expect(await history.undo(DAY)).toBe(2);
    expect(await history.undo(DAY)).toBe(first);
    await expect(history.undo(DAY)).rejects.toThrow(/generation 1 of 2010-12-01 has no generation before it/);
    await expect(history.undo('2010-12-09')).rejects.toThrow(/2010-12-09 has no published figures/);
    expect(meaningOf(await history.figuresOf(DAY, { rollups: ROLLUPS, identity: true }))).toEqual(
      meaningOf(generation(10, 1)),
    );
  });

  it('keeps the published generation and the last three besides it, and no rows of others', async () => {
    const history = await start();
    for (let i = 1; i <= 7; i++) await history.publish(generation(i * 5, i), 'replay');
    await stop(history);
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    const tables = (
      await connection.runAndReadAll(
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'generation' AND table_name NOT IN ('publications', 'job_units')",
      )
    ).getRows();
    expect(tables.length).toBe(3 + 2 * ROLLUPS.length);
    for (const [table] of tables) {
      const kept = await connection.runAndReadAll(`SELECT min(generation) FROM "${String(table)}"`);
      expect([null, 4, 7], String(table)).toContain(kept.getRows()[0]?.[0]);
    }
    connection.closeSync();
    instance.closeSync();
  });

  it('grows a column for a new metric; older generations do not claim to know it', async () => {
    const history = await start();
    await history.publish(generation(40, 5), 'live');
    await stop(history);
    const events = defineMetric({
      name: 'Every "event"',
      title: { en: 'Events', 'zh-CN': '事件' },
      aggregate: 'count',
      unit: 'count',
    });
    const wider = compile({
      ...defaultCatalogue,
      metrics: [...defaultCatalogue.metrics, events],
      rollups: defaultCatalogue.rollups.map((r) => ({ ...r, metrics: [...r.metrics, events.name] })),
    });
    const again = await start(wider);
    const day = '2010-12-02';
    const facts = factsOf(60, 3).map((fact) => ({ ...fact, timeMs: fact.timeMs + 86_400_000 }));
    const figures = figuresOfFacts({ plan: wider, calendar, day, facts, identity: true });
    await again.publish(figures, 'live');
    const request = { rollups: ROLLUPS, identity: true };
    expect(meaningOf(await again.figuresOf(day, request))).toEqual(meaningOf(figures));
    expect(meaningOf(await again.figuresOf(DAY, request))).toEqual(meaningOf(generation(40, 5)));
  });

  it('refuses a metric whose name is a column of its own', async () => {
    const history = await start();
    const figures = generation(4, 5);
    const [total] = figures.rollups;
    const cells = { ...total!.cells, metrics: ['Slot', ...total!.cells.metrics.slice(1)] };
    await expect(history.publish({ ...figures, rollups: [{ ...total!, cells }] }, 'live')).rejects.toThrow(
      /can't keep the metric Slot/,
    );
    expect(history.publishedDays()).toEqual([]);
  });

  it('refuses a file of another format version and a file of something else, by name', async () => {
    await stop(await start());
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run('UPDATE format SET version = 99');
    connection.closeSync();
    instance.closeSync();
    await expect(start()).rejects.toThrow(
      /format version 99, this program reads versions up to 2.*move the file/,
    );
    path = fileURLToPath(import.meta.url);
    await expect(start()).rejects.toThrow(/open-history\.test\.ts can't be opened/);
  });

  it('leaves the published figures alone when a publication fails half-way', async () => {
    const history = await start();
    await history.publish(generation(30, 7), 'live');
    const broken = generation(30, 8);
    const last = broken.rollups.at(-1)!;
    const half = {
      ...last,
      cells: { ...last.cells, values: last.cells.values.map((v) => v.subarray(1)) },
    };
    await expect(
      history.publish({ ...broken, rollups: [...broken.rollups.slice(0, -1), half] }, 'replay'),
    ).rejects.toThrow(/history was not changed/);
    expect(meaningOf(await history.figuresOf(DAY, { rollups: ROLLUPS, identity: true }))).toEqual(
      meaningOf(generation(30, 7)),
    );
    expect(await history.publish(generation(30, 9), 'replay')).toBeGreaterThan(1);
  });
});
