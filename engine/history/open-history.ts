import type { DayFigures } from '../figures/day-figures.ts';
import type { Plan } from '../plan/plan.ts';
import { basisOf, contentsOf, type RollupContents } from './contents.ts';
import { createJobsHistory } from './create-jobs-history.ts';
import { countedSource, countsOf, type Generation } from './generations.ts';
import type { FiguresRequest, History, Origin, PublishedDay } from './history.ts';
import { openHistoryFile } from './history-file.ts';
import { type HistoryTables, openHistoryTables } from './history-tables.ts';
import { nothingToUndo } from './job-errors.ts';
import { readRollup } from './read-day.ts';
import { readIdentity } from './read-identity.ts';
import { readSeries, readTotals } from './read-totals.ts';
import type { KeptGenerations } from './retention.ts';
import type { StagedDay } from './staged/staged-day.ts';
import { openStaging } from './staging.ts';
import { allFigures, writeFigures } from './write-figures.ts';

/** Besides the published one. */
const KEPT_BY_DEFAULT: KeptGenerations = { count: 3, days: 30 };

/**
 * Opens the history file at `path` (`:memory:` for none), or makes it; `plan` is the one whose fingerprint and meanings
 * new generations carry. A file of an earlier version is brought along. See {@link History}.
 *
 * @throws GmvError `history_format` for a file of a later version, `history_open` where it can't be opened.
 */
export async function openHistory(options: {
  path: string;
  plan: Plan;
  /** Epoch ms. */
  clock: () => number;
  keep?: KeptGenerations;
}): Promise<History> {
  const { path, plan, clock, keep = KEPT_BY_DEFAULT } = options;
  const file = await openHistoryFile({ path, plan });
  const staging = openStaging(path);
  const tables = await openHistoryTables({ file, plan, clock, keep });
  const { generations, publications, reader, inTurn } = tables;

  const publishedDay = (day: string): PublishedDay | null => {
    const publication = publications.current(day);
    const generation = generations.get(publication?.generation ?? -1);
    if (!publication || !generation) return null;
    const { id, origin, planFingerprint } = generation;
    return {
      day,
      generation: id,
      origin,
      publishedAtMs: publication.atMs,
      planFingerprint,
      restated: publication.restates,
      counts: countsOf(generation),
    };
  };

  const bases = new Map(plan.rollups.map(({ name }) => [name, basisOf(plan, name)]));
  /** Null also where its rows are by another slice or dimension than those of the plan. */
  const contentsIn = (generation: number, rollup: string): RollupContents | null => {
    const found = generations.get(generation)?.rollups.find((contents) => contents.rollup === rollup);
    const basis = bases.get(rollup) ?? null;
    return !found || (found.basis !== null && basis !== null && found.basis !== basis) ? null : found;
  };

  const figuresOf = async (id: number, { rollups, identity = false }: FiguresRequest) => {
    const generation = generations.get(id);
    if (!generation) return null;
    const found: DayFigures['rollups'][number][] = [];
    for (const rollup of rollups) {
      const contents = contentsIn(id, rollup);
      if (contents) found.push(await readRollup({ connection: reader, generation: id, contents, identity }));
    }
    const { counts, hours } = countedSource(generation);
    return { day: generation.day, rollups: found, counts, ...(hours ? { hours } : {}) };
  };

  const history: Omit<History, 'jobs'> = {
    publish: (figures, origin) =>
      inTurn(() => staging.with(figures, (staged) => publish(tables, staged, origin))),
    publishedDays: () => publications.days().flatMap((day) => publishedDay(day) ?? []),
    publishedDay,
    figuresOf: async (day, request) => figuresOf(publications.current(day)?.generation ?? -1, request),
    figuresOfGeneration: figuresOf,
    async totalsOf(generation, rollup) {
      const contents = contentsIn(generation, rollup);
      return contents && readTotals(reader, generation, contents);
    },
    async seriesOf(request) {
      const contents = contentsIn(request.generation, request.rollup);
      return contents && readSeries(reader, request, contents);
    },
    async identityOf({ generation, rollup, metric, key }) {
      const kept = contentsIn(generation, rollup)?.distinct.find((distinct) => distinct.metric === metric);
      return kept?.identity ? readIdentity({ connection: reader, generation, rollup, metric, key }) : null;
    },
    undo: (day) =>
      inTurn(async () => {
        const standing = publications.current(day);
        const before = generations.get(standing?.replaced ?? -1);
        if (!standing || !before) throw nothingToUndo(day, standing?.generation ?? null, keep);
        await tables.change((afterwards) => publications.undo([standing], clock(), afterwards));
        return before.id;
      }),
    close: () =>
      inTurn(async () => {
        await file.close();
        staging.close();
      }),
  };
  await inTurn(() => tables.change((afterwards) => tables.tidy(generations.days(), {}, afterwards)));
  return { ...history, jobs: createJobsHistory({ tables, staging, keep }) };
}

async function publish(tables: HistoryTables, staged: StagedDay, origin: Origin): Promise<number> {
  const { plan, meanings, wide, generations, publications, clock } = tables;
  const rollups = contentsOf(staged.rollups, plan, meanings);
  for (const contents of rollups) await wide.ensure(contents);
  const { day, counts, hours = null } = staged;
  const id = generations.nextId();
  const atMs = clock();
  await tables.change(async (afterwards) => {
    await writeFigures({ connection: tables.writer, id, rollups: allFigures(staged), fresh: staged });
    const source = { made: id, dataset: null, inputs: null, lateEvents: 0, counts, hours };
    const made = { id, day, origin, planFingerprint: plan.fingerprint, madeAtMs: atMs, rollups };
    const generation: Generation = { ...made, sources: [source], counted: 0, base: null };
    await generations.insert(generation, afterwards);
    const published = await publications.add(
      [{ day, generation: id, job: null, atMs, restates: false }],
      afterwards,
    );
    await tables.tidy([day], { made: [generation], published }, afterwards);
  });
  return id;
}
