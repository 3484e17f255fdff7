import { BIGINT, type DuckDBConnection, INTEGER, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { JobLogLine, JobState, JobUnit } from '../protocol/jobs.ts';
import { appendRows } from './append-rows.ts';
import type { Afterwards } from './generations.ts';
import type { JobChange, JobDocument, UnitRequest } from './jobs-history.ts';

/** A unit that is done, of a job that is not decided yet. */
export interface Shadow {
  readonly request: UnitRequest;
  readonly generation: number;
}

/** Of one day, when a job was compared: what was published, and the job's shadow. */
export interface ComparedGenerations {
  readonly day: string;
  readonly published: number | null;
  readonly computed: number;
  /** Whether any figure differs. */
  readonly differs: boolean;
}

export interface StoredComparison {
  readonly fingerprint: string;
  readonly days: readonly ComparedGenerations[];
}

/** Jobs as they are kept: documents, units, logs, shadows. In memory only what history itself needs of them. */
export interface JobRecords {
  load(): Promise<{ job: JobDocument; units: JobUnit[]; log: JobLogLine[] }[]>;
  /** By day, ascending. Empty once the job is decided. */
  shadowsOf(job: string): ReadonlyMap<string, Shadow>;
  /** Whether a generation of the day is a shadow of an undecided job other than `except`. */
  isHeld(day: string, generation: number, except?: string): boolean;
  comparison(job: string): StoredComparison | null;
  /** These write the tables, inside the caller's transaction. A unit that is no longer done loses its shadow. */
  save(change: JobChange, afterwards: Afterwards): Promise<void>;
  setShadows(job: string, shadows: readonly Shadow[], afterwards: Afterwards): Promise<void>;
  setComparison(job: string, comparison: StoredComparison, afterwards: Afterwards): Promise<void>;
  /** The job is published or given up: it holds no shadows any more. */
  decide(job: string, afterwards: Afterwards): Promise<void>;
  /** Nothing is known of these jobs any more. */
  forget(jobs: readonly string[], afterwards: Afterwards): Promise<void>;
}

export async function loadJobRecords(options: {
  writer: DuckDBConnection;
  reader: DuckDBConnection;
}): Promise<JobRecords> {
  const { writer, reader } = options;
  const sequences = new Map<string, { readonly job: number; readonly log: number }>();
  const shadows = new Map<string, Map<string, Shadow>>();
  const comparisons = new Map<string, StoredComparison>();
  const shadowsOf = (job: string): Map<string, Shadow> => {
    let found = shadows.get(job);
    if (!found) {
      found = new Map();
      shadows.set(job, found);
    }
    return found;
  };
  const stored = await writer.runAndReadAll(
    `SELECT id, seq, (SELECT coalesce(max(seq), 0) FROM job_log WHERE job = id)::INTEGER FROM jobs ORDER BY seq`,
  );
  for (const [id, job, log] of stored.getRows() as [string, number, number][])
    sequences.set(id, { job, log });
  const done = await writer.runAndReadAll(
    'SELECT job, day, request, generation FROM job_units WHERE generation IS NOT NULL ORDER BY day',
  );
  for (const [job, day, request, generation] of done.getRows() as [string, string, string, number][]) {
    shadowsOf(job).set(day, { request: JSON.parse(request) as UnitRequest, generation });
  }
  const compared = await writer.runAndReadAll('SELECT job, fingerprint, days FROM job_comparisons');
  for (const [job, fingerprint, days] of compared.getRows() as [string, string, string][]) {
    comparisons.set(job, { fingerprint, days: JSON.parse(days) as ComparedGenerations[] });
  }

  const writeUnits = async (job: string, units: readonly JobUnit[]): Promise<void> => {
    if (units.length === 0) return;
    const rows = units.map((unit) => ({
      unit,
      shadow: unit.state === 'done' ? shadowsOf(job).get(unit.day) : undefined,
    }));
    await writer.run(
      'DELETE FROM job_units WHERE job = $1 AND day IN (SELECT unnest($2))',
      [job, listValue(units.map(({ day }) => day))],
      [VARCHAR, LIST(VARCHAR)],
    );
    await appendRows(writer, 'job_units', rows.length, [
      { name: 'job', type: VARCHAR, at: () => job },
      { name: 'day', type: VARCHAR, at: (i) => rows[i]?.unit.day ?? null },
      { name: 'unit', type: VARCHAR, at: (i) => JSON.stringify(rows[i]?.unit) },
      { name: 'request', type: VARCHAR, at: (i) => textOf(rows[i]?.shadow?.request) },
      { name: 'generation', type: INTEGER, at: (i) => rows[i]?.shadow?.generation ?? null },
    ]);
  };

  return {
    async load() {
      const read = async (sql: string) => (await reader.runAndReadAll(sql)).getRows();
      const jobs = (await read('SELECT id, document FROM jobs ORDER BY seq')) as [string, string][];
      const found = new Map(
        jobs.map(([id, document]) => [
          id,
          { job: { id, document }, units: [] as JobUnit[], log: [] as JobLogLine[] },
        ]),
      );
      const units = await read('SELECT job, unit FROM job_units ORDER BY day');
      for (const [job, unit] of units as [string, string][]) {
        found.get(job)?.units.push(JSON.parse(unit) as JobUnit);
      }
      const log = await read('SELECT job, at_ms::DOUBLE, actor, text, state FROM job_log ORDER BY seq');
      for (const [job, atMs, actor, text, state] of log as [
        string,
        number,
        string,
        string,
        JobState | null,
      ][]) {
        found.get(job)?.log.push({ atMs, actor, text, state });
      }
      return [...found.values()];
    },
    shadowsOf: (job) => shadows.get(job) ?? new Map(),
    isHeld: (day, generation, except) =>
      [...shadows].some(([job, days]) => job !== except && days.get(day)?.generation === generation),
    comparison: (job) => comparisons.get(job) ?? null,
    async save({ job, units, log }, afterwards) {
      const known = sequences.get(job.id);
      const first = known ?? { job: Math.max(0, ...[...sequences.values()].map((s) => s.job)) + 1, log: 0 };
      await writer.run('DELETE FROM jobs WHERE id = $1', [job.id]);
      await writer.run('INSERT INTO jobs VALUES ($1, $2, $3)', [job.id, first.job, job.document]);
      await writeUnits(job.id, units);
      await appendRows(writer, 'job_log', log.length, [
        { name: 'job', type: VARCHAR, at: () => job.id },
        { name: 'seq', type: INTEGER, at: (i) => first.log + 1 + i },
        { name: 'at_ms', type: BIGINT, at: (i) => BigInt(log[i]?.atMs ?? 0) },
        { name: 'actor', type: VARCHAR, at: (i) => log[i]?.actor ?? null },
        { name: 'text', type: VARCHAR, at: (i) => log[i]?.text ?? null },
        { name: 'state', type: VARCHAR, at: (i) => log[i]?.state ?? null },
      ]);
      afterwards(() => {
        sequences.set(job.id, { job: first.job, log: first.log + log.length });
        for (const { day, state } of units) if (state !== 'done') shadows.get(job.id)?.delete(day);
      });
    },
    async setShadows(job, changed, afterwards) {
      await writer.run(
        `UPDATE job_units SET request = made.request, generation = made.generation
         FROM (SELECT unnest($1) AS day, unnest($2) AS request, unnest($3) AS generation) AS made
         WHERE job = $4 AND job_units.day = made.day`,
        [
          listValue(changed.map(({ request }) => request.day)),
          listValue(changed.map(({ request }) => JSON.stringify(request))),
          listValue(changed.map(({ generation }) => generation)),
          job,
        ],
        [LIST(VARCHAR), LIST(VARCHAR), LIST(INTEGER), VARCHAR],
      );
      afterwards(() => {
        for (const shadow of changed) shadowsOf(job).set(shadow.request.day, shadow);
      });
    },
    async setComparison(job, comparison, afterwards) {
      await writer.run('DELETE FROM job_comparisons WHERE job = $1', [job]);
      await writer.run('INSERT INTO job_comparisons VALUES ($1, $2, $3)', [
        job,
        comparison.fingerprint,
        JSON.stringify(comparison.days),
      ]);
      afterwards(() => comparisons.set(job, comparison));
    },
    async decide(job, afterwards) {
      await writer.run('UPDATE job_units SET generation = NULL WHERE job = $1', [job]);
      afterwards(() => shadows.delete(job));
    },
    async forget(jobs, afterwards) {
      const columns = { jobs: 'id', job_units: 'job', job_log: 'job', job_comparisons: 'job' };
      for (const [table, column] of Object.entries(columns)) {
        const sql = `DELETE FROM ${table} WHERE ${column} IN (SELECT unnest($1))`;
        await writer.run(sql, [listValue([...jobs])], [LIST(VARCHAR)]);
      }
      afterwards(() => {
        for (const job of jobs) for (const known of [sequences, shadows, comparisons]) known.delete(job);
      });
    },
  };
}

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
