import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Catalogue, defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import type { RollupDefinition } from '../../engine/definitions/rollup.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import { compilePlan } from '../../engine/plan/compile-plan.ts';
import type { Plan, PlanLimits } from '../../engine/plan/plan.ts';
import {
  type MigratedSnapshot,
  migrateSnapshot,
} from '../../engine/runtime/pipeline/plan-change/migrate-snapshot.ts';
import { namedFigures, namedIdentity } from '../named-figures.ts';
import { CURRENCY, generateDays, recipes } from './generated-days.ts';
import { cases, expectSame } from './law.ts';
import { planOf, type Run, startRun } from './run-pipeline.ts';

const METRICS = defaultCatalogue.rollups[0]?.metrics ?? [];

/** Some rollups of the default catalogue, each with some of the metrics, in another order. */
const catalogues: fc.Arbitrary<Catalogue> = fc
  .shuffledSubarray([...defaultCatalogue.rollups], { minLength: 5 })
  .chain((chosen) =>
    fc.tuple(
      ...chosen.map((rollup) =>
        fc
          .record({
            metrics: fc.shuffledSubarray([...METRICS], { minLength: 6 }),
            cumulative: fc.boolean(),
          })
          .map(({ metrics, cumulative }): RollupDefinition => {
            return { ...rollup, metrics, identity: true, cumulative: rollup.by === null && cumulative };
          }),
      ),
    ),
  )
  .map((rollups) => ({ ...defaultCatalogue, rollups }));

const compile = (catalogue: Catalogue, timeZone = 'UTC', limits: Partial<PlanLimits> = {}): Plan =>
  compilePlan({ catalogue, schema: ORDER_SCHEMA, timeZone, currency: CURRENCY, limits });

/** Day, rollup, key, place and metric of each figure. */
function oneByOne(days: readonly DayFigures[]): Map<string, number | string> {
  const all = new Map<string, number | string>();
  for (const [name, told] of Object.entries(namedFigures(days))) {
    const [day, rollup, ...rest] = name.split(' ');
    const isSum = told.includes(' ') && !told.includes(':');
    if (isSum) {
      for (const part of told.split(', ')) {
        const [metric = '', value] = part.split(' ');
        all.set(`${rollup} ${metric} | ${day} ${rest.join(' ')}`, Number(value));
      }
    } else {
      const metric = rest.at(-2) ?? '';
      const curve = rest.at(-1) === 'new';
      all.set(`${rollup} ${metric}${curve ? CURVE : ''} | ${day} ${rest.join(' ')}`, told);
    }
  }
  for (const [name, ids] of Object.entries(namedIdentity(days))) {
    const [day, rollup, ...rest] = name.split(' ');
    all.set(`${rollup} ${rest.at(-1)} | ${day} ids of ${rest.join(' ')}`, ids.join());
  }
  return all;
}

const finish = ({ pipeline }: Run): DayFigures[] => pipeline.openDays().map((day) => pipeline.finishDay(day));

const CURVE = ' (the curve of the day)';

/** Figures by rollup and metric that begin with a change. Where all of a distinct count begins, so does its curve. */
const begun = ({ beginnings }: MigratedSnapshot): Set<string> =>
  new Set(
    beginnings.flatMap(({ rollup, metrics }) =>
      metrics.flatMap((metric) => [`${rollup} ${metric}`, `${rollup} ${metric}${CURVE}`]),
    ),
  );

const subjectOf = (name: string): string => name.slice(0, name.indexOf(' | '));

it('what a changed plan keeps is as if it had been the plan all along; what it begins holds what came since', () => {
  fc.assert(
    fc.property(
      recipes({ events: 200 }),
      fc.tuple(catalogues, catalogues, catalogues),
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      (recipe, chosen, shares) => {
        const world = generateDays(recipe);
        const { calendar, deliveries } = world;
        const [one, two] = [...shares]
          .sort((a, b) => a - b)
          .map((s) => Math.floor(s * deliveries.length)) as [number, number];
        const [a, b, c] = chosen.map((catalogue) => compile(catalogue, recipe.timeZone)) as [
          Plan,
          Plan,
          Plan,
        ];
        const options = { calendar, mode: 'bounded' } as const;
        const begin = (plan: Plan): Run => startRun({ ...options, plan });
        const change = (run: Run, from: Plan, to: Plan): [Run, MigratedSnapshot] => {
          const migrated = migrateSnapshot(run.pipeline.snapshot(), from, to);
          return [startRun({ ...options, plan: to, from: migrated.snapshot }), migrated];
        };
        const first = begin(a);
        first.give(deliveries.slice(0, one));
        const [runB, toB] = change(first, a, b);
        runB.give(deliveries.slice(one, two));
        const [runC, toC] = change(runB, b, c);
        runC.give(deliveries.slice(two));

        const whole = begin(c);
        whole.give(deliveries);
        expect(runC.pipeline.counts()).toEqual(whole.pipeline.counts());
        const before = begin(c);
        before.give(deliveries.slice(0, two));
        const [figures, expected, old] = [finish(runC), finish(whole), finish(before)].map(oneByOne) as [
          Map<string, number | string>,
          Map<string, number | string>,
          Map<string, number | string>,
        ];
        const newInC = begun(toC);
        // What began earlier may go on in another rollup: nothing is said of its metric here.
        const inB = [...begun(toB)].map((subject) => subject.slice(subject.indexOf(' ')));
        const isKept = (subject: string): boolean =>
          !newInC.has(subject) && !inB.includes(subject.slice(subject.indexOf(' ')));
        const kept = (all: Map<string, number | string>) =>
          Object.fromEntries([...all].filter(([name]) => isKept(subjectOf(name))));
        expectSame(kept(figures), kept(expected));
        for (const [name, value] of expected) {
          if (!newInC.has(subjectOf(name)) || typeof value !== 'number') continue;
          expect(`${name}: ${figures.get(name) ?? 0}`).toBe(`${name}: ${value - Number(old.get(name) ?? 0)}`);
        }
        for (const [name, value] of figures) {
          expect(expected.has(name), name).toBe(true);
          // Nobody moves within a curve who was not counted by it.
          if (name.endsWith(' new')) expect(value, name).not.toContain('-');
        }
      },
    ),
    cases(30),
  );
});

it('nothing begins or ends where plans differ in texts or the order of things alone', () => {
  const renamed: Catalogue = {
    ...defaultCatalogue,
    metrics: defaultCatalogue.metrics.map((metric) => ({ ...metric, title: { en: 'x', 'zh-CN': 'y' } })),
    rollups: [...defaultCatalogue.rollups].reverse(),
  };
  const [from, to] = [compile(defaultCatalogue), compile(renamed)];
  expect(from.fingerprint).not.toBe(to.fingerprint);
  const world = generateDays({
    seed: 5,
    timeZone: 'UTC',
    from: '2024-05-01',
    days: 1,
    events: 300,
    duplicates: 0.1,
    conflicts: 0.1,
    broken: 0.1,
  });
  const run = startRun({ plan: from, calendar: world.calendar, mode: 'live' });
  run.give(world.deliveries);
  const { snapshot, ...told } = migrateSnapshot(run.pipeline.snapshot(), from, to);
  expect(told).toMatchObject({ beginnings: [], endings: [], notes: [] });
  const again = startRun({ plan: to, calendar: world.calendar, mode: 'live', from: snapshot });
  expectSame(namedFigures(again.pipeline.takeChanges()), namedFigures(run.pipeline.takeChanges()));
});

it('names what begins, since when and for which days, and what ends', () => {
  const total = defaultCatalogue.rollups[0];
  if (!total) throw new Error('the catalogue has no rollup');
  const few: Catalogue = { ...defaultCatalogue, rollups: [{ ...total, metrics: ['gmv', 'orders'] }] };
  const more: Catalogue = {
    ...defaultCatalogue,
    rollups: [
      { ...total, metrics: ['gmv', 'refunds'] },
      { name: 'channel', by: 'channel', slice: 'minute', metrics: ['gmv', 'orders'], identity: true },
    ],
  };
  const [from, to] = [compile(few), compile(more, 'UTC', { allowedLatenessMs: 60_000 })];
  const world = generateDays({
    seed: 5,
    timeZone: 'UTC',
    from: '2024-05-01',
    days: 1,
    events: 50,
    duplicates: 0,
    conflicts: 0,
    broken: 0,
  });
  const run = startRun({ plan: from, calendar: world.calendar, mode: 'live' });
  run.give(world.deliveries);
  const since = new Date(run.pipeline.dataToMs() ?? 0).toISOString();
  expect(migrateSnapshot(run.pipeline.snapshot(), from, to)).toMatchObject({
    beginnings: [
      { rollup: 'total', metrics: ['refunds'] },
      { rollup: 'channel', metrics: ['gmv', 'orders'] },
    ],
    endings: [{ rollup: 'total', metrics: ['orders'] }],
    days: ['2024-05-01'],
    notes: [
      `Rollup total keeps refunds from ${since} on: of 2024-05-01 it holds only what came after`,
      `Rollup channel keeps gmv, orders from ${since} on: of 2024-05-01 it holds only what came after`,
      'Rollup total keeps orders no more',
      'limits.allowedLatenessMs is 60000 from now on, and was 7200000',
    ],
  });
});

it('refuses by name what would have decided otherwise about events that were taken', () => {
  const plan = planOf('UTC');
  const run = startRun({ plan, calendar: generateDays({ ...OLD }).calendar, mode: 'live' });
  const snapshot = run.pipeline.snapshot();
  const others: readonly [Plan, RegExp][] = [
    [planOf('Asia/Shanghai'), /the time zone \(UTC, now Asia\/Shanghai\)/],
    [{ ...plan, currency: 'CNY' }, /the currency \(EUR, now CNY\)/],
    [planOf('UTC', { maxQuantity: 5 }), /limits\.maxQuantity \(1000000000, now 5\)/],
    [planOf('UTC', { maxCategoryValues: 7 }), /limits\.maxCategoryValues \(2000000, now 7\)/],
    [
      compilePlan({
        catalogue: defaultCatalogue,
        schema: [...ORDER_SCHEMA, { name: 'shop', kind: 'category', nullable: true, about: '' }],
        timeZone: 'UTC',
        currency: CURRENCY,
      }),
      /the columns that make two events of one id equal .*,shop\)/,
    ],
  ];
  for (const [to, message] of others) {
    expect(() => migrateSnapshot(snapshot, plan, to)).toThrow(message);
    expect(() => migrateSnapshot(snapshot, plan, to)).toThrow(/Take the change back, or begin anew/);
  }
});

const OLD = {
  seed: 1,
  timeZone: 'UTC',
  from: '2024-05-01',
  days: 1,
  events: 5,
  duplicates: 0,
  conflicts: 0,
  broken: 0,
};
