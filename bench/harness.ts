import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';

/** One run of one contender. `answer` must be equal for all: a digest of every figure that was computed. */
export interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly answer: string;
}

export interface Contender<Input> {
  readonly name: string;
  run(input: Input): Promise<Measured>;
}

export interface BenchOptions<Input> {
  readonly question: string;
  /** Makes or finds what is measured, once; the result is handed to the contenders' processes as JSON. */
  prepare(options: { readonly rows: number; readonly file: string | null }): Promise<Input>;
  /** Measured in this order in every round; ratios are against the first. */
  readonly contenders: readonly Contender<Input>[];
  readonly rows: number;
  /** Takes away what `prepare` made. */
  cleanUp?(input: Input): Promise<void>;
}

interface Sample extends Measured {
  /** Peak resident set of the contender's process; MiB. */
  readonly peakMiB: number;
}

/**
 * Measures contenders side by side: each run is a process of its own, rounds alternate between contenders, and
 * what is compared is the median over rounds of the ratio within a round, so that a machine that slows down
 * slows both.
 *
 * @throws Error when two contenders' answers differ.
 */
export async function runBench<Input>(options: BenchOptions<Input>): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      rows: { type: 'string', default: String(options.rows) },
      file: { type: 'string' },
      contender: { type: 'string' },
      input: { type: 'string' },
    },
  });
  if (values.contender !== undefined) return runContender(options, values.contender, values.input ?? 'null');

  console.log(options.question);
  const input = await options.prepare({ rows: Number(values.rows), file: values.file ?? null });
  try {
    const samples: Sample[][] = options.contenders.map(() => []);
    for (let round = 1; round <= Number(values.rounds); round++) {
      for (const [i, { name }] of options.contenders.entries()) {
        const sample = await measure(name, JSON.stringify(input));
        samples[i]?.push(sample);
        console.log(`round ${round}: ${name} ${sample.seconds.toFixed(2)} s`);
      }
    }
    assertEqualAnswers(options.contenders, samples);
    report(options.contenders, samples);
  } finally {
    await options.cleanUp?.(input);
  }
}

async function runContender<Input>(
  { contenders }: BenchOptions<Input>,
  name: string,
  input: string,
): Promise<void> {
  const contender = contenders.find((candidate) => candidate.name === name);
  if (!contender) throw new Error(`there is no contender "${name}"`);
  const measured = await contender.run(JSON.parse(input) as Input);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ ...measured, peakMiB } satisfies Sample));
}

async function measure(name: string, input: string): Promise<Sample> {
  const script = process.argv[1] ?? '';
  const args = ['--enable-source-maps', script, '--contender', name, '--input', input];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Sample;
}

function assertEqualAnswers(
  contenders: readonly { readonly name: string }[],
  samples: readonly (readonly Sample[])[],
): void {
  const expected = samples[0]?.[0]?.answer;
  for (const [i, { name }] of contenders.entries()) {
    const other = samples[i]?.find(({ answer }) => answer !== expected);
    if (other)
      throw new Error(`${name} gives other figures than ${contenders[0]?.name}: they can't be compared`);
  }
  console.log(`equal figures: ${expected}`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function report(
  contenders: readonly { readonly name: string }[],
  samples: readonly (readonly Sample[])[],
): void {
  const baseline = samples[0] ?? [];
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
      'peak MiB': Math.round(Math.max(...own.map((sample) => sample.peakMiB))),
    };
  });
  console.table(table);
}
