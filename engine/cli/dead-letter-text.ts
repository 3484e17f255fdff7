import type { DeadLetter, DeadLetterList, DeadLetterRow } from '../protocol/dead-letters.ts';
import { formatTable } from './text-table.ts';

const BEGINNING = 60;
const count = (value: number): string => value.toLocaleString('en-US');
const instant = (ms: number | null): string => (ms === null ? '–' : new Date(ms).toISOString());

/** A list as a table, and what it is part of. */
export function letterListText(list: DeadLetterList): string {
  const { letters, tallies, takenAtMs } = list;
  if (takenAtMs === null)
    return 'No dead letters: there is no checkpoint. They are kept where orders come from Kafka.';
  const total = tallies.reduce((sum, tally) => sum + tally.letters, 0);
  const table = formatTable({
    head: ['record', 'written', 'bytes', 'reason', 'sent again', 'value'],
    rows: letters.map((letter) => [
      place(letter),
      instant(letter.recordTimeMs),
      count(letter.bytes),
      letter.reason,
      instant(letter.sentAtMs),
      letter.beginning.slice(0, BEGINNING),
    ]),
    left: true,
  });
  const reasons = tallies.map(({ topic, reason, letters }) => `  ${count(letters)} ${reason} in ${topic}`);
  const state = `${count(letters.length)} of ${count(total)} dead letters, as of ${instant(takenAtMs)}`;
  return [...(letters.length > 0 ? [table, ''] : []), state, ...reasons, ...notesOf(list)].join('\n');
}

/** All that was kept of a letter. */
export function letterText(letter: DeadLetter): string {
  const { bytes, keptBytes, text, hex } = letter;
  const size = keptBytes < bytes ? `first ${count(keptBytes)} of ${count(bytes)}` : count(bytes);
  return [
    `record      ${place(letter)}`,
    `written     ${instant(letter.recordTimeMs)}`,
    `reason      ${letter.reason}`,
    `event_id    ${letter.eventId ?? '–'}`,
    `sent again  ${instant(letter.sentAtMs)}`,
    `bytes       ${size}`,
    '',
    text ?? hex,
  ].join('\n');
}

const place = ({ topic, partition, offset }: DeadLetterRow): string => `${topic}/${partition} ${offset}`;

function notesOf({ expired, notKept, tombstones, lost }: DeadLetterList): string[] {
  const notes: readonly (readonly [number, string])[] = [
    [expired, 'made room for newer ones'],
    [notKept, 'only counted, as too many came at once'],
    [tombstones, 'only counted, as they have no value'],
    [lost, 'lost with damaged files'],
  ];
  return notes.flatMap(([number, text]) => (number > 0 ? [`${count(number)} ${text}`] : []));
}
