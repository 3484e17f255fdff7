import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createJiti } from 'jiti';
import { z } from 'zod';
import { type Catalogue, defaultCatalogue } from './definitions/catalogue.ts';
import type { DimensionDefinition } from './definitions/dimension.ts';
import type { MetricDefinition } from './definitions/metric.ts';
import type { RollupDefinition } from './definitions/rollup.ts';
import { GmvError } from './errors.ts';

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

export interface Config extends Omit<z.output<typeof settings>, 'metrics' | 'dimensions' | 'rollups'> {
  readonly catalogue: Catalogue;
}

/** Gives `gmv.config.ts` its type. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}

/**
 * Reads `gmv.config.ts` in `folder` (defaults where there is none), or the file that `GMV_CONFIG` names; `PORT`,
 * `HOST` and `GMV_DATA` win over it.
 *
 * @throws GmvError that names the setting, what it got and what it takes.
 */
export async function loadConfig(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<Config> {
  const file = resolve(folder, env.GMV_CONFIG || 'gmv.config.ts');
  const written = existsSync(file) || env.GMV_CONFIG ? await readConfigFile(file) : {};
  const fromEnv = {
    port: env.PORT || undefined,
    host: env.HOST || undefined,
    dataFolder: env.GMV_DATA || undefined,
  };
  const given = Object.fromEntries(Object.entries(fromEnv).filter(([, value]) => value !== undefined));
  const parsed = settings.safeParse({ ...written, ...given });
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
    catalogue: {
      metrics: [...defaultCatalogue.metrics, ...metrics],
      dimensions: [...defaultCatalogue.dimensions, ...dimensions],
      rollups: [...defaultCatalogue.rollups, ...rollups],
    },
  };
}

async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  try {
    const config = await createJiti(import.meta.url).import(file, { default: true });
    if (config === null || typeof config !== 'object') throw new TypeError('it exports no object by default');
    return config as Record<string, unknown>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GmvError('config', `${file} can't be read: ${reason}`, 'Correct it and start again.', {
      cause,
    });
  }
}
