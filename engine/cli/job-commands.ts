import { availableParallelism } from 'node:os';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { GmvError } from '../errors.ts';
import type { Comparison } from '../protocol/comparison.ts';
import type { DatasetPreview, DatasetSummary } from '../protocol/datasets.ts';
import {
  JOB_ACTIONS,
  type JobAction,
  type JobDraft,
  type JobEstimate,
  type JobSummary,
  type JobUpdate,
} from '../protocol/jobs.ts';
import type { BoardInfo } from '../protocol/status.ts';
import { confirmed, type Terminal } from './ask-operator.ts';
import { findServer, type ServerSettings } from './ask-server.ts';
import { integerFrom } from './cli-arguments.ts';
import { comparisonText } from './comparison-text.ts';
import {
  datasetsText,
  estimateText,
  jobLineText,
  jobsText,
  jobText,
  plainText,
  previewText,
} from './job-texts.ts';
import { watchJob } from './watch-job.ts';

export interface JobSettings extends ServerSettings {
  readonly backfill: { readonly threads: number | null };
}

export interface JobCommandsOptions extends Terminal {
  readonly settings: () => Promise<JobSettings>;
  readonly print: (text: string) => void;
  /** A job that was watched failed, or an operator said no. */
  readonly onFailed: () => void;
}

interface ServerFlags {
  readonly server?: string;
  readonly tokenFolder?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

interface BackfillFlags extends ServerFlags {
  readonly from: string;
  readonly to: string;
  readonly metrics?: readonly string[];
  readonly when: JobDraft['when'];
  readonly threads?: number;
  readonly autoApprove?: number;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
}

/** Besides what may be done to a job: shows what its approval would change. */
const SHOW_COMPARISON = 'comparison';

/** Adds `gmv datasets`, `gmv backfill` and `gmv jobs`, which ask the running server. */
export function addJobCommands(program: Command, options: JobCommandsOptions): void {
  const { stderr, signal, onFailed } = options;
  const print = (text: string): void => options.print(plainText(text));
  const connect = async ({ server, tokenFolder }: ServerFlags) => {
    const settings = await options.settings();
    const client = await findServer({ settings, server, tokenFolder, signal });
    return { settings, client, info: await client.get<BoardInfo>('/api/info') };
  };
  /** Shows what it is about and asks, unless `--yes` was given. */
  const agreed = async ({ yes = false }: ServerFlags, text: string, question: string): Promise<boolean> => {
    stderr.write(`${plainText(text)}\n`);
    if (yes || (await confirmed(question, options))) return true;
    stderr.write('Nothing was done.\n');
    onFailed();
    return false;
  };

  asked(program.command('datasets'))
    .description('List the sources of history, or show how the first rows of one are read.')
    .argument('[name]', 'a dataset')
    .action(async (name: string | undefined, flags: ServerFlags) => {
      const { client, info } = await connect(flags);
      if (name === undefined) {
        const datasets = await client.get<readonly DatasetSummary[]>('/api/datasets');
        return print(flags.json ? JSON.stringify(datasets) : datasetsText(datasets, info.timeZone));
      }
      const preview = await client.get<DatasetPreview>('/api/dataset-preview', { dataset: name });
      print(flags.json ? JSON.stringify(preview) : previewText(preview));
    });

  asked(program.command('backfill'))
    .description('Compute days of history anew from a dataset; they are published once approved.')
    .argument('<dataset>', 'as "gmv datasets" lists it')
    .requiredOption('--from <day>', 'first business day', dayLabel)
    .requiredOption('--to <day>', 'last business day', dayLabel)
    .option('--metrics <names>', 'only these, by commas (default: all)', metricNames)
    .addOption(
      new Option('--when <when>', 'when it may run').choices(['now', 'idle', 'tonight']).default('now'),
    )
    .option('--threads <n>', 'days in parallel (default: all cores but one)', integerFrom(1, 64))
    .option(
      '--auto-approve <permille>',
      'publish by itself where no metric of a day changes by more',
      permille,
    )
    .option('--dry-run', 'say what it would read and take')
    .option('--watch', 'wait for it and show what it does')
    .option('--yes', 'start without asking')
    .action(async (dataset: string, flags: BackfillFlags) => {
      const { client, info, settings } = await connect(flags);
      const { timeZone } = info;
      const threads = flags.threads ?? settings.backfill.threads ?? Math.max(1, availableParallelism() - 1);
      const draft = draftOf(dataset, threads, flags);
      const estimate = await client.post<JobEstimate>('/api/backfill/estimate', { draft });
      const text = estimateText(estimate, timeZone);
      if (flags.dryRun)
        return print(flags.json ? JSON.stringify(estimate) : `${text}\n${estimate.refusal ?? ''}`.trimEnd());
      if (estimate.refusal !== null) {
        stderr.write(`${plainText(text)}\n`);
        throw new GmvError('refused', 'There is nothing to start', plainText(estimate.refusal));
      }
      if (!(await agreed(flags, text, 'Start it?'))) return;
      const submitted = { draft, estimate: estimate.fingerprint };
      let job = await client.post<JobSummary>('/api/jobs', submitted);
      if (flags.watch) {
        job = await watchJob({ url: client.url, id: job.id, output: stderr, timeZone, signal });
        if (job.state === 'failed' || job.state === 'cancelled') onFailed();
      }
      print(flags.json ? JSON.stringify(job) : nextText(job, timeZone));
    });

  asked(program.command('jobs'))
    .description('List the backfills, show one, or do something to it.')
    .argument('[id]', 'a job')
    .addArgument(new Argument('[action]', 'what to do').choices([SHOW_COMPARISON, ...JOB_ACTIONS]))
    .option('--watch', 'wait for it and show what it does')
    .option('--yes', 'approve or undo without asking')
    .action(
      async (
        id: string | undefined,
        action: JobAction | typeof SHOW_COMPARISON | undefined,
        flags: ServerFlags & { readonly watch?: boolean },
      ) => {
        const { client, info } = await connect(flags);
        const { timeZone } = info;
        if (id === undefined) {
          const jobs = await client.get<readonly JobSummary[]>('/api/jobs');
          return print(flags.json ? JSON.stringify(jobs) : jobsText(jobs, timeZone));
        }
        const compare = () => client.get<Comparison>('/api/job/comparison', { id });
        if (action === SHOW_COMPARISON) {
          const comparison = await compare();
          return print(flags.json ? JSON.stringify(comparison) : comparisonText(comparison, info));
        }
        if (action !== undefined) {
          let expect: string | null = null;
          if (action === 'approve') {
            const comparison = await compare();
            if (!(await agreed(flags, comparisonText(comparison, info), 'Publish the new figures?'))) return;
            expect = comparison.fingerprint;
          }
          if (action === 'undo' && !(await agreed(flags, '', `Publish again what job ${id} replaced?`)))
            return;
          const job = await client.post<JobSummary>('/api/job/action', { id, action, expect });
          if (!flags.watch) return print(flags.json ? JSON.stringify(job) : nextText(job, timeZone));
        }
        if (flags.watch) {
          const job = await watchJob({ url: client.url, id, output: stderr, timeZone, signal });
          if (job.state === 'failed') onFailed();
        }
        const update = await client.get<JobUpdate>('/api/job', { id });
        print(flags.json ? JSON.stringify(update) : jobText(update, timeZone));
      },
    );
}

/** What commands that ask the server have in common. */
function asked(command: Command): Command {
  return command
    .option('--json', 'print JSON')
    .option('--server <url>', 'another address than that of gmv.config.ts', serverUrl)
    .option('--token-folder <folder>', "another server's folder of access, for its token")
    .option('--debug', 'print stack traces of errors');
}

function draftOf(dataset: string, threads: number, flags: BackfillFlags): JobDraft {
  const { from, to, metrics = null, when, autoApprove } = flags;
  return {
    dataset,
    spans: [{ from, to }],
    metrics,
    when,
    parallelism: threads,
    approval: autoApprove === undefined ? { kind: 'manual' } : { kind: 'auto', upToPermille: autoApprove },
  };
}

function nextText(job: JobSummary, timeZone: string): string {
  const line = `job ${job.id}: ${jobLineText(job, timeZone)}`;
  const next = job.state === 'awaiting_approval' ? `\nto publish it: gmv jobs ${job.id} approve` : '';
  return `${line}${next}${job.problem === null ? '' : `\n${job.problem}`}`;
}

function dayLabel(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new InvalidArgumentError('Use a day such as 2026-11-11.');
}

function metricNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Use names such as gmv,orders.');
}

function permille(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1000) return value;
  throw new InvalidArgumentError('Give a number from 0 to 1000.');
}

function serverUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('Use an address such as http://127.0.0.1:3000.');
}
