import { Command, CommanderError, Option } from 'commander';
import type { Catalogue } from '../definitions/catalogue.ts';
import { GmvError } from '../errors.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { KAFKA_CODECS, type KafkaCodec } from '../sources/kafka/kafka-codecs.ts';
import { brokerList, currency, integerFrom, positive, timeZone, topicName } from './cli-arguments.ts';
import { addDeadLetterCommands, type DeadLetterSettings } from './dead-letter-commands.ts';
import { exportDuckdbSql, exportFlinkSql } from './export-command.ts';
import { addJobCommands, type JobSettings } from './job-commands.ts';
import { passwordCommand } from './password-command.ts';
import { planTable } from './plan-table.ts';
import { type ProduceSettings, produceCommand } from './produce-command.ts';
import { replayCommand } from './replay-command.ts';
import { schemaTable } from './schema-table.ts';
import { type VerifyCommandOptions, verifyCommand } from './verify-command.ts';
import { wholePlan } from './whole-plan.ts';

export interface CliOptions {
  /** What the user typed behind the program's name. */
  readonly args: readonly string[];
  /** Where relative paths start and `gmv.config.ts` is looked for. */
  readonly folder: string;
  readonly version: string;
  readonly loadConfig: (
    folder: string,
  ) => Promise<ProduceSettings & DeadLetterSettings & JobSettings & { readonly catalogue: Catalogue }>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
  /** What `verify` holds the pipeline against; default: the same plan's SQL. */
  readonly sqlOf?: VerifyCommandOptions['sqlOf'];
}

const FAILED = 1;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

interface PlanFlags {
  readonly timeZone?: string;
  readonly currency?: string;
  readonly json?: boolean;
}

interface VerifyFlags extends PlanFlags {
  readonly threads: number;
}

interface ReplayFlags extends VerifyFlags {
  readonly top: number;
  readonly progress?: boolean;
}

interface ProduceFlags {
  readonly topic: string;
  readonly brokers?: readonly string[];
  readonly codec: KafkaCodec;
  readonly partitions?: number;
  readonly rate?: number;
  readonly speed?: number;
  readonly limit?: number;
}

/**
 * Runs one command and gives the exit code: 0; 1 failed, or figures differ; 2 wrong usage; 130 interrupted. Results
 * go to stdout, whole or not at all; everything else to stderr, without a stack trace unless `--debug` is given.
 */
export async function runCli(options: CliOptions): Promise<number> {
  const { stdin, stdout, stderr, folder, signal, sqlOf } = options;
  const print = (text: string): void => {
    stdout.write(`${text}\n`);
  };
  const planFor = async ({ timeZone, currency }: PlanFlags) => {
    const config = await options.loadConfig(folder);
    const zone = timeZone ?? config.timeZone;
    return wholePlan({ catalogue: config.catalogue, timeZone: zone, currency: currency ?? null });
  };

  const program = new Command('gmv')
    .description('Replays order events through the engine that feeds the dashboard.')
    .version(options.version)
    .option('--debug', 'print stack traces of errors')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });

  program
    .command('replay')
    .description('Compute every figure from Parquet files of order events, exactly.')
    .argument('<file...>', 'Parquet files, folders, or globs in quotes')
    .option('--json', 'print one JSON object, amounts in minor units')
    .option('--time-zone <zone>', 'business time zone, IANA (default: that of gmv.config.ts)', timeZone)
    .option(
      '--currency <code>',
      "ISO 4217; events in another are rejected (default: the first row's)",
      currency,
    )
    .option('--threads <n>', 'units to replay in parallel; the figures are the same', integerFrom(1, 64), 1)
    .option('--top <n>', 'rows of each list that is no time list', integerFrom(0, 1_000_000_000), 10)
    .option('--progress', 'show progress on a terminal')
    .option('--debug', 'print stack traces of errors')
    .action(async (paths: string[], flags: ReplayFlags) => {
      const { threads, top, json = false } = flags;
      const progress = flags.progress && stderr.isTTY ? stderr : null;
      const plan = await planFor(flags);
      print(await replayCommand({ paths, folder, plan, threads, top, json, progress, signal }));
    });

  program
    .command('schema')
    .description('Show the columns of an order event.')
    .option('--json', 'print them as JSON')
    .action(({ json }: { readonly json?: boolean }) => {
      print(json ? JSON.stringify(ORDER_SCHEMA) : schemaTable(ORDER_SCHEMA));
    });

  program
    .command('plan')
    .description('Show what the catalogue compiles to.')
    .option('--json', 'print the plan itself')
    .option('--time-zone <zone>', 'business time zone, IANA (default: that of gmv.config.ts)', timeZone)
    .option('--currency <code>', "ISO 4217 (default: the first row's)", currency)
    .action(async (flags: PlanFlags) => {
      const plan = await planFor(flags);
      print(flags.json ? JSON.stringify(plan) : planTable(plan));
    });

  const exports = program.command('export').description('Write the plan for another engine.');
  for (const [name, engine, write] of [
    ['duckdb-sql', 'DuckDB', exportDuckdbSql],
    ['flink-sql', 'Flink', exportFlinkSql],
  ] as const) {
    exports
      .command(name)
      .description(`Print the plan as SQL for ${engine}.`)
      .argument('[file...]', 'Parquet files, folders, or globs in quotes')
      .option('--time-zone <zone>', 'business time zone, IANA (default: that of gmv.config.ts)', timeZone)
      .option('--currency <code>', "ISO 4217 (default: the first row's)", currency)
      .action(async (paths: string[], flags: PlanFlags) => {
        print(await write({ paths, folder, plan: await planFor(flags) }));
      });
  }

  let exitCode = 0;
  program
    .command('verify')
    .description('Compute every figure by the pipeline and by DuckDB SQL; 1 where they differ.')
    .argument('<file...>', 'Parquet files, folders, or globs in quotes')
    .option('--json', 'print one JSON object')
    .option('--time-zone <zone>', 'business time zone, IANA (default: that of gmv.config.ts)', timeZone)
    .option('--currency <code>', "ISO 4217 (default: the first row's)", currency)
    .option('--threads <n>', 'threads of either engine', integerFrom(1, 64), 1)
    .option('--debug', 'print stack traces of errors')
    .action(async (paths: string[], flags: VerifyFlags) => {
      const { threads, json = false } = flags;
      const plan = await planFor(flags);
      const { text, equal } = await verifyCommand({ paths, folder, plan, threads, json, signal, sqlOf });
      print(text);
      if (!equal) exitCode = FAILED;
    });

  program
    .command('produce')
    .description('Send orders to a Kafka topic, which is made where there is none.')
    .argument('<file...>', 'Parquet files, folders, or globs in quotes; or "simulator"')
    .requiredOption('--topic <name>', 'where to', topicName)
    .option('--brokers <list>', 'host:port of some, by commas (default: those of gmv.config.ts)', brokerList)
    .option('--partitions <n>', 'how many the topic must have', integerFrom(1, 100_000))
    .addOption(new Option('--codec <name>', 'compression').choices(KAFKA_CODECS).default('none'))
    .option('--rate <n>', 'events per second (default: as fast as it goes)', positive)
    .option('--speed <n>', 'how many times as fast as the events happened', positive)
    .option('--limit <n>', 'most events to send', integerFrom(1, Number.MAX_SAFE_INTEGER))
    .option('--debug', 'print stack traces of errors')
    .action(async (paths: string[], flags: ProduceFlags) => {
      const { partitions = null, rate = null, speed = null, limit = null } = flags;
      const settings = await options.loadConfig(folder);
      const given = { ...flags, partitions, rate, speed, limit };
      print(await produceCommand({ ...given, paths, folder, settings, stderr, signal }));
      if (signal.aborted) exitCode = INTERRUPTED;
    });

  addDeadLetterCommands(program, {
    settings: () => options.loadConfig(folder),
    print,
    now: Date.now,
    signal,
    onInterrupted: () => {
      exitCode = INTERRUPTED;
    },
  });

  addJobCommands(program, {
    settings: () => options.loadConfig(folder),
    print,
    stdin,
    stderr,
    signal,
    onFailed: () => {
      exitCode = FAILED;
    },
  });

  program
    .command('password')
    .description('Print the hash of a password, for access.passwordHash of gmv.config.ts.')
    .option('--make-up', 'make one up, and show it on stderr')
    .action(async ({ makeUp = false }: { readonly makeUp?: boolean }) => {
      print(await passwordCommand({ makeUp, stdin, stderr, signal }));
    });

  try {
    await program.parseAsync(options.args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (signal.aborted) return INTERRUPTED;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    stderr.write(`${errorText(error, options.args.includes('--debug'))}\n`);
    return FAILED;
  }
}

function errorText(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `gmv: ${String(error)}`;
  if (debug) return `gmv: ${error.stack ?? error.message}${causeOf(error)}`;
  const hint = error instanceof GmvError ? '' : ' (--debug shows where)';
  return `gmv: ${error.message}${hint}`;
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? `\ncaused by ${cause.stack ?? cause.message}${causeOf(cause)}` : '';
}
