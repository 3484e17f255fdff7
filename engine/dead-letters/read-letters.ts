import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { GmvError } from '../errors.ts';
import type { DeadLettersPart, LetterSegment } from './dead-letters-part.ts';
import { type Letter, parseLetter } from './letter.ts';
import { sequenceOf } from './segment-files.ts';

export interface LetterFilter {
  readonly topic?: string | undefined;
  readonly reason?: string | undefined;
}

export interface ReadLettersOptions {
  readonly folder: string;
  readonly part: DeadLettersPart;
  readonly filter?: LetterFilter;
  /** Default: the oldest. */
  readonly first?: 'oldest' | 'newest';
  /** Newest first only: goes on behind the letter that had this place. */
  readonly before?: LetterPlace | undefined;
}

/** Where a letter stands; it stays there. */
export interface LetterPlace {
  readonly sequence: number;
  readonly line: number;
}

export interface PlacedLetter {
  readonly letter: Letter;
  readonly place: LetterPlace;
}

/**
 * Reads the letters that a part names, one file at a time; files that hold none of those wanted are passed over.
 *
 * @throws GmvError `dead_letters_gone` (retriable: a newer part names others), `dead_letters_damaged`
 */
export async function* readLetters(options: ReadLettersOptions): AsyncGenerator<PlacedLetter, void> {
  const { folder, part, filter = {}, first = 'oldest', before } = options;
  const segments = first === 'oldest' ? part.segments : part.segments.toReversed();
  for (const segment of segments) {
    const sequence = sequenceOf(segment.file);
    const end = !before || sequence < before.sequence ? Number.POSITIVE_INFINITY : before.line;
    if ((before && sequence > before.sequence) || !segment.tallies.some((tally) => isWanted(tally, filter)))
      continue;
    const lines = (await readLines(folder, segment)).slice(0, end);
    for (let i = 0; i < lines.length; i++) {
      const line = first === 'oldest' ? i : lines.length - 1 - i;
      const letter = letterAt(lines, line, segment);
      if (isWanted(letter, filter)) yield { letter, place: { sequence, line } };
    }
  }
}

export function isWanted(of: Pick<Letter, 'topic' | 'reason'>, { topic, reason }: LetterFilter): boolean {
  return (topic === undefined || of.topic === topic) && (reason === undefined || of.reason === reason);
}

function letterAt(lines: readonly string[], line: number, { file }: LetterSegment): Letter {
  try {
    return parseLetter(lines[line] ?? '');
  } catch (cause) {
    const remedy = 'It is set aside when the server starts again; the other files are sound.';
    throw new GmvError('dead_letters_damaged', `Line ${line + 1} of ${file} is no dead letter`, remedy, {
      cause,
    });
  }
}

/** The lines that are named; others may stand behind them. */
async function readLines(folder: string, segment: LetterSegment): Promise<string[]> {
  const path = join(folder, segment.file);
  const bytes = Buffer.alloc(segment.bytes);
  try {
    const file = await open(path, 'r');
    try {
      await file.read(bytes, 0, bytes.length, 0);
    } finally {
      await file.close();
    }
  } catch (cause) {
    const gone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const [code, why] = gone ? ['dead_letters_gone', 'is gone'] : ['dead_letters_read', "can't be read"];
    const remedy = gone ? 'Its letters made room for newer ones: try again.' : 'Make it readable.';
    throw new GmvError(code, `${path} ${why}`, remedy, { cause, retriable: gone });
  }
  return bytes.toString('utf8').split('\n').slice(0, -1);
}
