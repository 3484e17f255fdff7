import { join } from 'node:path';
import { GmvError } from '../errors.ts';
import type { DeadLetter, DeadLetterList, DeadLetterRow } from '../protocol/dead-letters.ts';
import {
  DEAD_LETTERS,
  type DeadLettersPart,
  deadLettersPartSchema,
  emptyPart,
  talliesOf,
} from './dead-letters-part.ts';
import { keptValueOf, keyOf, type Letter } from './letter.ts';
import { type LetterFilter, type LetterPlace, readLetters } from './read-letters.ts';
import { createSentMarksReader, type SentMarks } from './sent-marks.ts';
import { hexDump, visibleText } from './visible-text.ts';

/** Characters of a value that a list shows. */
const BEGINNING = 200;
const BEGINNING_BYTES = 32;

/** What of a checkpoint's manifest says which letters there are. */
export interface LettersManifest {
  readonly takenAtMs: number;
  readonly parts: Readonly<Record<string, unknown>>;
}

export interface DeadLetterBoxOptions {
  /** Of everything that live keeps. */
  readonly liveFolder: string;
  readonly newestManifest: () => Promise<LettersManifest | null>;
}

export interface DeadLetterListQuery extends LetterFilter {
  readonly limit: number;
  /** As `next` of the list before. */
  readonly before?: string | undefined;
}

/** The letters of the newest checkpoint, for reading beside whoever keeps them. */
export interface DeadLetterBox {
  /** Which letters there are, and when that checkpoint was taken (epoch ms); null where there is none. */
  part(): Promise<{ readonly part: DeadLettersPart; readonly takenAtMs: number | null }>;
  /**
   * The newest first.
   *
   * @throws GmvError `bad_request` where `before` is no place; what `readLetters` throws
   */
  list(query: DeadLetterListQuery): Promise<DeadLetterList>;
  /** @throws GmvError `no_such_letter`; what `readLetters` throws */
  find(where: Pick<Letter, 'topic' | 'partition' | 'offset'>): Promise<DeadLetter>;
}

/** Folder of the letters' files. */
export const lettersFolder = (liveFolder: string): string => join(liveFolder, DEAD_LETTERS);
/** File of what was sent again. */
export const sentMarksFile = (liveFolder: string): string => join(liveFolder, `${DEAD_LETTERS}-sent.jsonl`);

/** Looks at the disk at each call, and at no more than it takes to answer. */
export function createDeadLetterBox(options: DeadLetterBoxOptions): DeadLetterBox {
  const { liveFolder, newestManifest } = options;
  const folder = lettersFolder(liveFolder);
  const readMarks = createSentMarksReader(sentMarksFile(liveFolder));

  const readPart = async () => {
    const manifest = await newestManifest();
    const part = manifest?.parts[DEAD_LETTERS];
    return {
      part: part === undefined ? emptyPart() : deadLettersPartSchema.parse(part),
      takenAtMs: manifest?.takenAtMs ?? null,
    };
  };

  return {
    part: readPart,
    async list({ limit, before, ...filter }) {
      const [{ part, takenAtMs }, marks] = [await readPart(), await readMarks()];
      const place = before === undefined ? undefined : parsePlace(before);
      const letters: DeadLetterRow[] = [];
      let last: LetterPlace | null = null;
      let next: string | null = null;
      for await (const found of readLetters({ folder, part, filter, first: 'newest', before: place })) {
        // One more was found than fits: the next list begins behind the last one of this.
        if (letters.length === limit) {
          next = last && `${last.sequence}.${last.line}`;
          break;
        }
        letters.push(rowOf(found.letter, marks));
        last = found.place;
      }
      const { expired, notKept, tombstones, lost } = part;
      return { takenAtMs, letters, next, tallies: talliesOf(part), expired, notKept, tombstones, lost };
    },
    async find({ topic, partition, offset }) {
      const { part } = await readPart();
      for await (const { letter } of readLetters({ folder, part, filter: { topic }, first: 'newest' })) {
        if (letter.partition !== partition || letter.offset !== offset) continue;
        const value = keptValueOf(letter);
        const text = letter.text === undefined ? null : visibleText(letter.text, { lines: true });
        const hex = text === null ? hexDump(value) : null;
        return { ...rowOf(letter, await readMarks()), keptBytes: value.length, text, hex };
      }
      const remedy = 'Letters make room for newer ones after a while; list those that are there.';
      throw new GmvError('no_such_letter', `There is no letter of ${topic}/${partition} ${offset}`, remedy);
    },
  };
}

function rowOf(letter: Letter, marks: SentMarks): DeadLetterRow {
  const { text, base64, ...row } = letter;
  const beginning =
    text === undefined
      ? keptValueOf(letter)
          .subarray(0, BEGINNING_BYTES)
          .toString('hex')
          .replace(/..(?=.)/g, '$& ')
      : visibleText(text.slice(0, BEGINNING), { lines: false });
  const eventId = letter.eventId === null ? null : visibleText(letter.eventId, { lines: false });
  return { ...row, eventId, beginning, sentAtMs: marks.get(keyOf(letter))?.sentAtMs ?? null };
}

function parsePlace(text: string): LetterPlace {
  const [, sequence, line] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (sequence === undefined || line === undefined)
    throw new GmvError('bad_request', `before=${text} is no place in the list`, 'Give `next` of a list.');
  return { sequence: Number(sequence), line: Number(line) };
}
