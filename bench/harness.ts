import { execFile } from 'node:child_process';
import { type ParseArgsConfig, parseArgs, promisify } from 'node:util';
import { median } from './median.ts';

/** One run of one contender. */
export interface Measured {
  readonly rows: number;
  readonly seconds: number;
  /**
   * Every figure that was computed, digested by section; it must be equal for all contenders that compute some. Worked
   * out after clock and memory were read. Null where none was computed.
   */
  digest(): Promise<Digest> | Digest | null;
  /** What was measured besides, by the heading of its column; the table has medians. */
  readonly columns?: Readonly<Record<string, number>>;
}

type Digest = Readonly<Record<string, string>>;

export interface Contender<Input> {
  readonly name: string;
  run(input: Input): Promise<Measured>;
}

/** What is measured, and the heading of its table. */
export interface Subject<Input> {
  readonly title: string;
  /** Handed to the contenders' processes as JSON. */
  readonly input: Input;
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface BenchOptions<Input> {
  readonly question: string;
  /** Options of the command line besides `--rounds N` and `--only TEXT` (contenders whose name holds the text). */
  readonly options: Options;
  /** Makes or finds what is measured, once. */
  prepare(values: Values): Promise<readonly Subject<Input>[]>;
  /** Measured in this order in every round; ratios are against the first. */
  readonly contenders: readonly Contender<Input>[];
  /** Measures what has no contenders, after the tables. */
  further?(values: Values): Promise<void>;
  /** Takes away what `prepare` made, if that is what the options ask for. */
  cleanUp?(values: Values): Promise<void>;
}

interface Sample {
  readonly rows: number;
  readonly seconds: number;
  /** Seconds of processors that the contender's process used, start and warm-up of the program included. */
  readonly cpuSeconds: number;
  /** Peak resident set of the contender's process; MiB. */
  readonly peakMiB: number;
  readonly digest: Digest | null;
  readonly columns: Readonly<Record<string, number>>;
}

/**
 * Measures contenders side by side: each run is a process of its own, rounds alternate between contenders, and
 * what is compared is the median over rounds of the ratio within a round, so that a machine that slows down
 * slows both.
 *
 * @throws Error when two contenders' figures differ.
 */
export async function runBench<Input>(options: BenchOptions<Input>): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...options.options,
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      contender: { type: 'string' },
      input: { type: 'string' },
    },
  });
  if (typeof values.contender === 'string') return runContender(options, values.contender, values.input);

  const contenders = options.contenders.filter(({ name }) => name.includes(String(values.only)));
  if (contenders.length === 0) throw new Error(`no contender's name holds "${values.only}"`);
  console.log(options.question);
  try {
    for (const { title, input } of await options.prepare(values)) {
      await measureSubject(contenders, title, input, Number(values.rounds));
    }
    await options.further?.(values);
  } finally {
    await options.cleanUp?.(values);
  }
}

async function measureSubject<Input>(
  contenders: readonly Contender<Input>[],
  title: string,
  input: Input,
  rounds: number,
): Promise<void> {
  console.log(`\n${title}`);
  const samples: Sample[][] = contenders.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [i, { name }] of contenders.entries()) {
      const sample = await measure(name, JSON.stringify(input));
      samples[i]?.push(sample);
      console.log(
        `round ${round}: ${name} ${sample.seconds.toFixed(2)} s, ${sample.cpuSeconds.toFixed(2)} s of processors`,
      );
    }
    assertEqualFigures(contenders, samples);
  }
  report(contenders, samples);
}

async function runContender<Input>(
  { contenders }: BenchOptions<Input>,
  name: string,
  input: unknown,
): Promise<void> {
  const contender = contenders.find((candidate) => candidate.name === name);
  if (!contender) throw new Error(`there is no contender "${name}"`);
  const { rows, seconds, digest, columns = {} } = await contender.run(JSON.parse(String(input)) as Input);
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const [peakMiB, cpuSeconds] = [maxRSS / 1024, (userCPUTime + systemCPUTime) / 1e6];
  const sample: Sample = { rows, seconds, cpuSeconds, peakMiB, digest: await digest(), columns };
  console.log(JSON.stringify(sample));
}

async function measure(name: string, input: string): Promise<Sample> {
  const script = process.argv[1] ?? '';
  const args = ['--enable-source-maps', script, '--contender', name, '--input', input];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Sample;
}

function assertEqualFigures(
  contenders: readonly { readonly name: string }[],
  samples: readonly (readonly Sample[])[],
): void {
  const first = firstWithFigures(samples);
  const expected = samples[first]?.[0]?.digest ?? {};
  for (const [i, { name }] of contenders.entries()) {
    const own = samples[i]?.at(-1)?.digest;
    if (!own) continue;
    const sections = [...new Set([...Object.keys(expected), ...Object.keys(own)])];
    const other = sections.filter((section) => expected[section] !== own[section]);
    if (other.length === 0) continue;
    const some = other.slice(0, 8).map((s) => `  ${s}: ${own[s]}, not ${expected[s]}`);
    throw new Error(
      `${name} gives other figures than ${contenders[first]?.name} in ${other.length} of ${sections.length} sections:\n${some.join('\n')}`,
    );
  }
}

/** Index of the first contender that computes figures; -1 where none does. */
function firstWithFigures(samples: readonly (readonly Sample[])[]): number {
  return samples.findIndex(([sample]) => (sample?.digest ?? null) !== null);
}

function report(
  contenders: readonly { readonly name: string }[],
  samples: readonly (readonly Sample[])[],
): void {
  const baseline = samples[0] ?? [];
  const digest = samples[firstWithFigures(samples)]?.[0]?.digest;
  if (digest) {
    const figures = Object.values(digest);
    const count = figures.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
    console.log(`equal figures: ${count} in ${figures.length} sections`);
  }
  const table = contenders.map(({ name }, i) => {
    const own = samples[i] ?? [];
    const seconds = own.map((sample) => sample.seconds);
    const ratios = own.map((sample, round) => (baseline[round]?.seconds ?? Number.NaN) / sample.seconds);
    return {
      contender: name,
      'rows/s': Math.round(median(own.map((sample) => sample.rows / sample.seconds))),
      'seconds (median)': Number(median(seconds).toFixed(3)),
      'fastest … slowest': `${Math.min(...seconds).toFixed(2)} … ${Math.max(...seconds).toFixed(2)}`,
      [`× ${contenders[0]?.name}`]: Number(median(ratios).toFixed(2)),
      'CPU s': Number(median(own.map((sample) => sample.cpuSeconds)).toFixed(2)),
      'peak MiB': Math.round(Math.max(...own.map((sample) => sample.peakMiB))),
      ...medianColumns(own),
    };
  });
  console.table(table);
}

function medianColumns(samples: readonly Sample[]): Record<string, number> {
  const names = Object.keys(samples[0]?.columns ?? {});
  const values = (name: string): number[] => samples.map(({ columns }) => columns[name] ?? Number.NaN);
  return Object.fromEntries(names.map((name) => [name, Number(median(values(name)).toFixed(2))]));
}
