import { z } from 'zod';
import { CONFLICT, type RowFates } from '../events/disposition.ts';
import type { RecordBatch } from '../events/record-batch.ts';
import { NO_TEXT, type TextSpans } from '../events/record-columns.ts';

/** The reason of an event whose id came before with another payload; the others are the plan's and the decoder's. */
export const CONFLICT_REASON = 'conflict';

/** What names a letter: a topic that was made anew counts its offsets from 0 again, hence the time. */
export const letterKeySchema = z.object({
  topic: z.string(),
  partition: z.number().int(),
  /** Decimal text, as everywhere at the boundary. */
  offset: z.string(),
  /** When the broker or the producer says it was written; epoch ms. */
  recordTimeMs: z.number().nullable(),
});

/**
 * A record that gave no event, or one that contradicts another, as one line of JSON. What was kept of its value is
 * `text` where that is UTF-8, else `base64`; it may be its beginning only, `bytes` is how long it was.
 */
const letterSchema = letterKeySchema.extend({
  reason: z.string(),
  /** Where the record could be decoded and has one; for reading, at most {@link MOST_ID_BYTES}. */
  eventId: z.string().nullable(),
  bytes: z.number().int(),
  text: z.string().optional(),
  base64: z.string().optional(),
});

export type Letter = Readonly<z.output<typeof letterSchema>>;

export type LetterKey = Readonly<z.output<typeof letterKeySchema>>;

const MOST_ID_BYTES = 1024;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** `orders/3` → its topic and number. */
export function partsOfPartition(partition: string): { readonly topic: string; readonly partition: number } {
  const slash = partition.lastIndexOf('/');
  return { topic: partition.slice(0, slash), partition: Number(partition.slice(slash + 1)) };
}

export interface LetterOfRowOptions {
  readonly batch: RecordBatch;
  readonly row: number;
  readonly topic: string;
  readonly partition: number;
  readonly fates: RowFates;
  /** Most bytes of the value to keep. */
  readonly mostBytes: number;
}

/** The letter of a rejected or conflicting row that has a value. */
export function letterOfRow(options: LetterOfRowOptions): Letter {
  const { batch, row, topic, partition, fates, mostBytes } = options;
  const { texts, value, offset, ids } = batch.records;
  const time = batch.recordTimeMs[row] ?? Number.NaN;
  const [start = 0, end = 0] = [value.start[row], value.end[row]];
  return {
    topic,
    partition,
    offset: String(offset[row]),
    recordTimeMs: Number.isFinite(time) ? time : null,
    reason: fates.disposition[row] === CONFLICT ? CONFLICT_REASON : (fates.reasons[fates.reason[row]!] ?? ''),
    eventId: idText(texts.bytes, ids.event_id, row),
    bytes: end - start,
    ...keptValue(texts.bytes.subarray(start, end), mostBytes),
  };
}

/** A line of a file, without its end. @throws SyntaxError, ZodError where it is none. */
export function parseLetter(line: string): Letter {
  return letterSchema.parse(JSON.parse(line));
}

/** What was kept of the record's value. */
export function keptValueOf({ text, base64 = '' }: Letter): Buffer {
  return text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text);
}

export function isWhole(letter: Letter): boolean {
  return keptValueOf(letter).length === letter.bytes;
}

export function keyOf({ topic, partition, offset, recordTimeMs }: LetterKey): string {
  return `${topic}/${partition}/${offset}/${recordTimeMs}`;
}

function keptValue(value: Uint8Array, mostBytes: number): Pick<Letter, 'text' | 'base64'> {
  const kept = value.subarray(0, wholeCharacters(value, mostBytes));
  try {
    return { text: strict.decode(kept) };
  } catch {
    // It is no UTF-8, which is what was asked.
    return { base64: Buffer.from(value.subarray(0, mostBytes)).toString('base64') };
  }
}

/** Where to cut: UTF-8 goes on with bytes of the form 10xxxxxx, three at most. */
function wholeCharacters(value: Uint8Array, most: number): number {
  if (value.length <= most) return value.length;
  for (let cut = most; cut > most - 4 && cut > 0; cut--) if ((value[cut]! & 0xc0) !== 0x80) return cut;
  return most;
}

function idText(bytes: Uint8Array, spans: TextSpans | undefined, row: number): string | null {
  const start = spans?.start[row] ?? NO_TEXT;
  if (start === NO_TEXT) return null;
  const id = bytes.subarray(start, spans?.end[row]);
  return lenient.decode(id.subarray(0, wholeCharacters(id, MOST_ID_BYTES)));
}
