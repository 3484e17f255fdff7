import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { argumentsAsSettings } from './config-arguments.ts';
import { fieldMapSettings } from './datasets/field-map.ts';
import { type Catalogue, defaultCatalogue } from './definitions/catalogue.ts';
import type { DimensionDefinition } from './definitions/dimension.ts';
import type { MetricDefinition } from './definitions/metric.ts';
import type { RollupDefinition } from './definitions/rollup.ts';
import { GmvError, reasonOf } from './errors.ts';
import { jsonMappingSettings } from './events/json/json-mapping.ts';

const timeZone = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { error: 'is not an IANA time zone such as Asia/Shanghai or UTC' },
);

const instant = z.iso.datetime({
  offset: true,
  error: 'is not an instant such as 2026-11-11T00:00:00+08:00',
});

const kafka = z.strictObject({
  /** host:port of some of the cluster's brokers. */
  brokers: z
    .array(z.string().regex(/^\S+:\d+$/, 'is not host:port'))
    .min(1)
    .default(['127.0.0.1:9092']),
  topics: z
    .array(z.string().regex(/^[\w.-]{1,249}$/, 'is no name of a topic'))
    .min(1)
    .default(['orders']),
  /** Where reading begins while there is no checkpoint. */
  start: z.union([z.enum(['earliest', 'latest']), z.strictObject({ at: instant })]).default('earliest'),
  /** TLS: true, or the options of Node's `tls.connect` (`ca`, `cert`, `key`, …). */
  ssl: z.union([z.boolean(), z.record(z.string(), z.unknown())]).default(false),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password: z.string(),
    })
    .optional(),
  /** A partition that is read to its end and quiet for so long holds no watermark up; s. */
  idleAfterSeconds: z.number().min(0).max(86_400).default(60),
  /** Whether a thread of its own fetches and decodes, so that the pipeline has one for itself. */
  ownThread: z.boolean().default(true),
  /** How the events of your stream become ours; columns left out have their own name. */
  mapping: jsonMappingSettings.default({}),
});

const live = z.strictObject({
  /** Time between two checkpoints; s. After a crash what came since the last is read again. */
  checkpointEverySeconds: z.number().min(1).max(3600).default(10),
  /** Checkpoints that are kept: where the newest is damaged the one before is taken. */
  keepCheckpoints: z.number().int().min(2).max(100).default(3),
  archive: z
    .strictObject({
      /** Sealed days older than so many are removed from the archive; null: none is. */
      keepDays: z.number().int().min(1).nullable().default(null),
      /** Beyond so many bytes the oldest sealed days are removed; null: none is. */
      keepBytes: z.number().int().min(1).nullable().default(null),
    })
    .prefault({}),
});

const globs = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const datasetTitle = z.string().min(1).max(80).optional();
const foreign = {
  title: datasetTitle,
  files: globs,
  format: z.enum(['parquet', 'csv', 'json']),
  /** Of CSV; default: a comma. */
  delimiter: z.string().length(1).optional(),
};

/** A named source of history; globs are relative to the folder of the configuration. */
const dataset = z.union([
  /** Parquet in our own columns. */
  z.strictObject({ title: datasetTitle, files: globs }),
  /** Other people's files, by a field map: see README, "Your own files". */
  z.strictObject({ ...foreign, map: fieldMapSettings }),
  /** By a DuckDB SELECT over `source` that gives our columns; the embedded runtime alone reads it. */
  z.strictObject({ ...foreign, select: z.string().min(1) }),
]);

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day such as 01:30');

const backfill = z.strictObject({
  /** Threads that one job may take; null: all cores but one. */
  threads: z.number().int().min(1).max(64).nullable().default(null),
  /** When "in tonight's window" is, in the business time zone. */
  tonight: z.strictObject({ from: clockTime, to: clockTime }).default({ from: '01:00', to: '06:00' }),
  /** Generations of a day that are kept besides the published one, and for how long after they were replaced; days. */
  keepGenerations: z.number().int().min(1).max(100).default(3),
  keepGenerationsDays: z.number().min(0).default(30),
  /** Jobs that are kept with their logs when they are over, and for how long after their last change; days. */
  keepJobs: z.number().int().min(1).max(10_000).default(500),
  keepJobsDays: z.number().min(1).default(365),
});

const access = z.strictObject({
  /** Of the operator's password, as `gmv password` prints it; without one it is made up at the first start. */
  passwordHash: z.string().min(1).optional(),
  /** A session that nobody uses ends after so long. */
  sessionHours: z
    .number()
    .min(0.1)
    .max(24 * 30)
    .default(12),
});

const settings = z.strictObject({
  /** Business time zone: days, hours and months are its. */
  timeZone: timeZone.default('Asia/Shanghai'),
  /** The board's one currency, ISO 4217; events in another are rejected. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'is an ISO 4217 code such as CNY')
    .default('CNY'),
  /** Folder of everything that the server keeps. */
  dataFolder: z.string().min(1).default('./data'),
  host: z.string().min(1).default('127.0.0.1'),
  port: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Where live orders come from. */
  source: z.enum(['simulator', 'kafka']).default('simulator'),
  kafka: kafka.prefault({}),
  live: live.prefault({}),
  datasets: z
    .record(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'is no name such as old-orders'), dataset)
    .default({}),
  backfill: backfill.prefault({}),
  access: access.prefault({}),
  simulator: z
    .strictObject({
      seed: z.number().int().min(0).max(0xffff_ffff).default(11),
      /** Events per second at the day's peak. */
      eventsPerSecond: z.number().min(50).max(50_000).default(50),
      /** Most events of generated sample history. */
      sampleEvents: z.number().int().min(0).max(3_000_000).default(2_000_000),
    })
    .prefault({}),
  metrics: z.array(z.custom<MetricDefinition>()).default([]),
  dimensions: z.array(z.custom<DimensionDefinition>()).default([]),
  rollups: z.array(z.custom<RollupDefinition>()).default([]),
});

/** What a user may write in `gmv.config.ts`; everything has a default. */
export type UserConfig = z.input<typeof settings>;

export type KafkaSettings = z.output<typeof kafka>;
export type LiveSettings = z.output<typeof live>;
export type DatasetSettings = z.output<typeof dataset>;
export type BackfillSettings = z.output<typeof backfill>;

export interface Config extends Omit<z.output<typeof settings>, 'metrics' | 'dimensions' | 'rollups'> {
  readonly catalogue: Catalogue;
  /** Absolute; globs of datasets are relative to it. */
  readonly configFolder: string;
}

/** Gives `gmv.config.ts` its type. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}

/**
 * Reads `gmv.config.ts` in `folder` (defaults where there is none), or the file that `GMV_CONFIG` names; `PORT`,
 * `HOST` and `GMV_DATA` win over it, and so do the arguments that the server was started with.
 *
 * @throws GmvError that names the setting, what it got and what it takes.
 */
export async function loadConfig(
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
  args: readonly string[] = [],
): Promise<Config> {
  const file = resolve(folder, env.GMV_CONFIG || 'gmv.config.ts');
  const written = existsSync(file) || env.GMV_CONFIG ? await readConfigFile(file) : {};
  const fromEnv = {
    port: env.PORT || undefined,
    host: env.HOST || undefined,
    dataFolder: env.GMV_DATA || undefined,
  };
  const given = Object.fromEntries(Object.entries(fromEnv).filter(([, value]) => value !== undefined));
  const parsed = settings.safeParse(argumentsAsSettings(args, { ...written, ...given }));
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
    );
    throw new GmvError('config', `${file} has ${issues.join('; ')}`, 'Correct it and start again.');
  }
  const { metrics, dimensions, rollups, ...rest } = parsed.data;
  return {
    ...rest,
    dataFolder: resolve(folder, rest.dataFolder),
    configFolder: dirname(file),
    catalogue: {
      metrics: [...defaultCatalogue.metrics, ...metrics],
      dimensions: [...defaultCatalogue.dimensions, ...dimensions],
      rollups: [...defaultCatalogue.rollups, ...rollups],
    },
  };
}

async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  try {
    // Only whoever has such a file waits for what reads it.
    const { createJiti } = await import('jiti');
    const config = await createJiti(import.meta.url).import(file, { default: true });
    if (config === null || typeof config !== 'object') throw new TypeError('it exports no object by default');
    return config as Record<string, unknown>;
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new GmvError('config', `${file} can't be read: ${reason}`, 'Correct it and start again.', {
      cause,
    });
  }
}
