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

/** A segment's tallies with those of more letters. */
export function addTallies(
  tallies: LetterSegment['tallies'],
  letters: readonly { readonly topic: string; readonly reason: string }[],
): LetterSegment['tallies'] {
  const sums = new Map(tallies.map((tally) => [`${tally.topic}\n${tally.reason}`, { ...tally }]));
  for (const { topic, reason } of letters) {
    const key = `${topic}\n${reason}`;
    const sum = sums.get(key);
    if (sum) sum.letters++;
    else sums.set(key, { topic, reason, letters: 1 });
  }
  return [...sums.values()];
}
