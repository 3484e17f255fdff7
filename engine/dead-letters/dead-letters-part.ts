import { z } from 'zod';

/** The part's name in a manifest, and the folder's beside the checkpoints. */
export const DEAD_LETTERS = 'dead-letters';

/** The format of the files and of the part; a newer one is refused. */
export const DEAD_LETTERS_FORMAT = 1;

const segment = z.object({
  /** Within the folder of dead letters. */
  file: z.string().regex(/^\d+\.jsonl$/),
  /** Of the file so far: what stands behind them belongs to no checkpoint. */
  bytes: z.number().int().min(0),
  crc32: z.number().int(),
  letters: z.number().int().min(0),
  /** How many of them there are by topic and reason. */
  tallies: z.array(z.object({ topic: z.string(), reason: z.string(), letters: z.number().int() })),
});

/** The part of a checkpoint's manifest that says which letters there are: files, the oldest first, and counts. */
export const deadLettersPartSchema = z.object({
  format: z.literal(DEAD_LETTERS_FORMAT),
  segments: z.array(segment),
  /** Letters that made room for newer ones. */
  expired: z.number().int(),
  /** Records beyond what is taken between two checkpoints. */
  notKept: z.number().int(),
  /** Records without a value, of which there is nothing to keep. */
  tombstones: z.number().int(),
  /** Letters of files that were gone or damaged when they were opened. */
  lost: z.number().int(),
});

export type LetterSegment = Readonly<z.output<typeof segment>>;
export type DeadLettersPart = Readonly<z.output<typeof deadLettersPartSchema>>;

export function emptyPart(): DeadLettersPart {
  return { format: DEAD_LETTERS_FORMAT, segments: [], expired: 0, notKept: 0, tombstones: 0, lost: 0 };
}

/** Letters that can be read. */
export function lettersIn({ segments }: DeadLettersPart): number {
  return segments.reduce((sum, { letters }) => sum + letters, 0);
}

type Tallies = LetterSegment['tallies'];

/** Tallies of all letters that can be read, the most frequent first. */
export function talliesOf({ segments }: DeadLettersPart): Tallies {
  const sums = segments.flatMap(({ tallies }) => tallies).reduce(add, new Map());
  return [...sums.values()].sort((a, b) => b.letters - a.letters || (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A segment's tallies with those of more letters. */
export function addTallies(
  tallies: Tallies,
  letters: readonly { readonly topic: string; readonly reason: string }[],
): Tallies {
  const more = letters.map(({ topic, reason }) => ({ topic, reason, letters: 1 }));
  return [...[...tallies, ...more].reduce(add, new Map()).values()];
}

const keyOf = ({ topic, reason }: Tallies[number]): string => `${topic}\n${reason}`;

function add(sums: Map<string, Tallies[number]>, tally: Tallies[number]): Map<string, Tallies[number]> {
  const letters = (sums.get(keyOf(tally))?.letters ?? 0) + tally.letters;
  return sums.set(keyOf(tally), { ...tally, letters });
}
