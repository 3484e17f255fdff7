import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import type { ComparedDay } from '../protocol/comparison.ts';
import { compareDay } from './compare/compare-day.ts';
import { compareDays, outdatedDays } from './compare/compare-days.ts';
import type { ComparedPair } from './compare/compared-pair.ts';
import { createUnits } from './complete-unit.ts';
import type { Source } from './contents.ts';
import { createDayFacts } from './day-facts.ts';
import type { Afterwards } from './generations.ts';
import type { HistoryTables } from './history-tables.ts';
import {
  figuresMissing,
  laterGeneration,
  noSuchUnit,
  otherComparison,
  publishedSince,
  replacedGone,
  unitNotDone,
} from './job-errors.ts';
import type { ComparedGenerations, Shadow } from './job-records.ts';
import type { DayFacts, FigureName, JobsHistory, UnitRequest } from './jobs-history.ts';
import type { KeptGenerations } from './retention.ts';
import type { StagedDay } from './staged/staged-day.ts';
import type { Staging } from './staging.ts';

/** Days that are looked at before the thread's other work gets its turn. */
const DAYS_PER_TURN = 64;

/** What jobs ask of an open history; see {@link JobsHistory}. */
export function createJobsHistory(options: {
  tables: HistoryTables;
  staging: Staging;
  keep: KeptGenerations;
}): JobsHistory {
  const { tables, staging, keep } = options;
  const { plan, meanings, generations, publications, records, clock, inTurn, change } = tables;
  const calendar = createBusinessCalendar(plan.timeZone);
  const units = createUnits(tables);
  const facts = createDayFacts({ plan, meanings });
  const publishedNow = (day: string): number | null => publications.current(day)?.generation ?? null;

  /** Shadows of a job that is undecided, by day. */
  const shadowsOf = (job: string): Shadow[] =>
    [...records.shadowsOf(job).values()].sort((a, b) => (a.request.day < b.request.day ? -1 : 1));

  /** What a job's page compares: shadows with what is published, of a decided job with what was. */
  const comparedOf = (job: string): readonly Omit<ComparedGenerations, 'differs'>[] => {
    const shadows = shadowsOf(job);
    if (shadows.length === 0) return records.comparison(job)?.days ?? [];
    return shadows.map(({ request: { day }, generation }) => ({
      day,
      published: publishedNow(day),
      computed: generation,
    }));
  };
  const pairsOf = (job: string): ComparedPair[] =>
    comparedOf(job).flatMap(({ day, published, computed }) => {
      const generation = generations.get(computed);
      const before = published === null ? null : generations.get(published);
      return generation && before !== undefined ? [{ day, published: before, computed: generation }] : [];
    });

  /** Holds figures that were published when it was made, and others are by now. */
  const isOfOld = ({ request, generation }: Shadow): boolean => {
    const base = generations.get(generation)?.base ?? null;
    const isWhole = base === null && request.metrics === null;
    return !isWhole && base !== publishedNow(request.day);
  };

  /** Shadows take the figures that are published by now: all of them, or, where one can't, none. */
  const renew = async (job: string): Promise<void> => {
    const old = shadowsOf(job).filter(isOfOld);
    for (const { request } of old) {
      const lacking = units.lacking(request);
      if (lacking.length > 0) throw figuresMissing(request.day, lacking);
    }
    for (const [i, { request, generation }] of old.entries()) {
      if (i % DAYS_PER_TURN === DAYS_PER_TURN - 1) await nextTurn();
      const { id, write } = await units.generationOf(request, null);
      if (id === generation) continue;
      await change(async (afterwards) => {
        await write(afterwards);
        await records.setShadows(job, [{ request, generation: id }], afterwards);
        await dropUnused(job, [{ request, generation }], afterwards);
      });
    }
  };

  /** Takes shadows away that were never published and that no other job holds. */
  const dropUnused = async (
    job: string,
    shadows: readonly Shadow[],
    afterwards: Afterwards,
  ): Promise<void> => {
    const unused = shadows.filter(
      ({ request: { day }, generation }) =>
        !records.isHeld(day, generation, job) &&
        publications.ofDay(day).every((p) => p.generation !== generation && p.replaced !== generation),
    );
    const ids = unused.map(({ generation }) => generation);
    await generations.remove(ids, tables.wide.names(), afterwards);
  };

  /** Figures from the same files hold the late events that are known by now. */
  const tellLate = async (
    id: number,
    { inputs, lateEvents }: UnitRequest,
    afterwards: Afterwards,
  ): Promise<void> => {
    const sources = generations.get(id)?.sources ?? [];
    const isOlder = (source: Source): boolean => source.inputs === inputs && source.lateEvents < lateEvents;
    if (!sources.some(isOlder)) return;
    const told = sources.map((source) => (isOlder(source) ? { ...source, lateEvents } : source));
    await generations.setSources(id, told, afterwards);
  };

  return {
    async published() {
      const days: DayFacts[] = [];
      for (const day of publications.days()) {
        const publication = publications.current(day);
        const generation = generations.get(publication?.generation ?? -1);
        if (generation) days.push(facts.factsOf(generation, publication));
        if (days.length % DAYS_PER_TURN === 0) await nextTurn();
      }
      return days;
    },
    loadJobs: () => records.load(),
    saveJob: (ask) => inTurn(() => change((afterwards) => records.save(ask, afterwards))),
    async lacking({ units: asked }) {
      const found: (readonly FigureName[])[] = [];
      for (const unit of asked) {
        found.push(units.lacking(unit));
        if (found.length % DAYS_PER_TURN === 0) await nextTurn();
      }
      return found;
    },
    completeUnit: ({ unit, fresh, change: changed }) =>
      inTurn(async () => {
        if (!changed.units.some(({ day, state }) => day === unit.day && state === 'done')) {
          throw unitNotDone(unit);
        }
        const complete = async (staged: StagedDay | null) => {
          const before = records.shadowsOf(unit.job).get(unit.day);
          const { id, write } = await units.generationOf(unit, staged);
          await change(async (afterwards) => {
            await write(afterwards);
            await records.save(changed, afterwards);
            await records.setShadows(unit.job, [{ request: unit, generation: id }], afterwards);
            if (before && before.generation !== id) await dropUnused(unit.job, [before], afterwards);
          });
          return { generation: id };
        };
        return fresh ? staging.with(fresh, complete) : complete(null);
      }),
    completeCached: ({ job, units: cached, change: changed }) =>
      inTurn(async () => {
        const done = new Set(changed.units.flatMap(({ day, state }) => (state === 'done' ? [day] : [])));
        const made: {
          request: UnitRequest;
          generation: number;
          write: (afterwards: Afterwards) => Promise<void>;
        }[] = [];
        const replaced: Shadow[] = [];
        for (const request of cached) {
          if (!done.has(request.day)) throw unitNotDone(request);
          const before = records.shadowsOf(job).get(request.day);
          const { id, write } = await units.generationOf(request, null);
          if (before && before.generation !== id) replaced.push(before);
          made.push({ request, generation: id, write });
        }
        await change(async (afterwards) => {
          for (const { write } of made) await write(afterwards);
          await records.save(changed, afterwards);
          await records.setShadows(job, made, afterwards);
          if (replaced.length > 0) await dropUnused(job, replaced, afterwards);
        });
      }),
    async compare({ job }) {
      await inTurn(() => renew(job));
      const pairs = pairsOf(job);
      const compared = await compareDays({
        connection: tables.aside,
        plan,
        job,
        pairs,
        comparedAtMs: clock(),
      });
      const { fingerprint, days } = compared;
      if (records.shadowsOf(job).size > 0) {
        const stored = { fingerprint, days: days.map(generationsOf) };
        await inTurn(() => change((afterwards) => records.setComparison(job, stored, afterwards)));
      }
      return { ...compared, outdated: outdatedDays(days, publishedNow) };
    },
    async compareDay({ job, day, metric }) {
      const pair = pairsOf(job).find((each) => each.day === day);
      if (!pair) throw noSuchUnit(job, day);
      return compareDay({ connection: tables.aside, plan, calendar, pair, metric });
    },
    publishJob: ({ job, fingerprint, change: changed }) =>
      inTurn(async () => {
        const compared = records.comparison(job);
        const shadows = records.shadowsOf(job);
        const days = compared?.days ?? [];
        const isOfShadows =
          days.length === shadows.size &&
          days.every(({ day, computed }) => shadows.get(day)?.generation === computed);
        if (compared?.fingerprint !== fingerprint || days.length === 0 || !isOfShadows) {
          throw otherComparison(job);
        }
        const moved = days.filter(({ day, published }) => publishedNow(day) !== published);
        if (moved.length > 0) throw publishedSince(moved.map(({ day }) => day));
        const atMs = clock();
        const moves = days.flatMap(({ day, published, computed, differs }) => {
          if (published === computed) return [];
          const restates = published !== null && (differs || publications.current(day)?.restates === true);
          return [{ day, generation: computed, job, atMs, restates }];
        });
        await change(async (afterwards) => {
          for (const { request, generation } of shadows.values()) {
            await tellLate(generation, request, afterwards);
          }
          const published = await publications.add(moves, afterwards);
          await records.save(changed, afterwards);
          await records.decide(job, afterwards);
          const movedDays = moves.map(({ day }) => day);
          await tables.tidy(movedDays, { published, decided: job }, afterwards);
        });
      }),
    undoJob: ({ job, change: changed }) =>
      inTurn(async () => {
        const standing = publications.ofJob(job);
        const covered = standing.filter(({ id, day }) => publications.current(day)?.id !== id);
        if (covered.length > 0) throw laterGeneration(covered.map(({ day }) => day));
        const gone = standing.filter(({ replaced }) => replaced !== null && !generations.get(replaced));
        if (gone.length > 0)
          throw replacedGone(
            gone.map(({ day }) => day),
            keep,
          );
        await change(async (afterwards) => {
          await publications.undo(standing, clock(), afterwards);
          await records.save(changed, afterwards);
        });
      }),
    forgetJobs: ({ jobs }) =>
      inTurn(() =>
        change(async (afterwards) => {
          for (const job of jobs) await dropUnused(job, shadowsOf(job), afterwards);
          await records.forget(jobs, afterwards);
        }),
      ),
    dropJob: ({ job, change: changed }) =>
      inTurn(() =>
        change(async (afterwards) => {
          const shadows = shadowsOf(job);
          await records.save(changed, afterwards);
          await records.decide(job, afterwards);
          await dropUnused(job, shadows, afterwards);
        }),
      ),
  };
}

const generationsOf = ({ day, published, computed, differs }: ComparedDay): ComparedGenerations => ({
  day,
  published,
  computed,
  differs,
});
