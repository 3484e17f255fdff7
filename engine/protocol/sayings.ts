/**
 * What the server says of jobs, by a word for programs: each sentence is written from here alone, kept and logged as it
 * stands, and read back by screens that say it in another language. Of a sentence with a remedy the two are apart.
 */
export const SAYINGS = {
  waiting: 'waiting: {why}',
  slowed: 'slowed: {why}',
  no_word: 'no word of live for {seconds} s',
  live_lag: 'live lag {seconds} s',
  live_behind: 'live is behind its stream',
  loop_delay: 'event loop delay {ms} ms',
  looking: 'looking whether the machine is idle',
  busy: 'the machine is busy',

  submitted: 'submitted',
  queued: 'queued: {days} days',
  queued_beside: 'queued: {days} days; others work on some of its days: {jobs}',
  queued_again: 'queued again: {why}',
  queued_after_restart: 'queued again after a restart: {done} of {days} days are done',
  started: 'started',
  stopped: 'stopped',
  paused: 'paused',
  resumed: 'resumed',
  cancelled: 'cancelled: what runs ends first',
  tried_again: '{days} failed days are tried again, with the files as they are now',
  making_ready: 'making files ready: {done} of {files}, {rows} rows',
  to_read: '{cached} of {days} days are there already; {rows} rows to read for {left}',
  other_files: 'files are others than at the estimate: {changes}',
  day_failed: '{day} failed: {problem}',
  days_failed: '{day} and {others} other days failed: {problem}',
  ended_failed: '{failed} of {days} days failed, the first: {problem}',
  all_done: 'all days are done',
  compared: 'compared: {different} of {days} days differ from what is published',
  compared_again: 'compared again',
  approved: 'approved: published',
  approved_by_itself: 'approved by itself: {why}',
  nothing_published: 'nothing was published for its days',
  nothing_changes: 'nothing published changes',
  small_changes: 'no metric of any day changes by more than {permille} ‰',
  outdated: 'What is to be approved is not the last comparison of job {job}',
  look_and_approve: 'Look at the comparison as it is now, and approve that.',
  no_file_any_more: 'No file can hold events of {day} any more.',
  not_readable: "{files} can't be read any more: {problem}",
  gone: 'it is not there. Put it back, or retry with the files that are there.',
  published_since: 'other figures of {days} were published since they were compared',
  compare_and_approve: 'Compare again, then approve.',
  later_generation: 'later figures stand on those of {days}',
  undo_first: 'Undo what published them first.',
  discarded: 'discarded',
  undone: 'undone: what was published before is published again',
  action_refused: '{action} was refused: {why}',

  no_day: 'No day is chosen',
  choose_days: 'Choose some.',
  none_sealed: 'None of these days is over and given up by live yet',
  choose_earlier: 'Choose earlier days.',
  no_files: 'The dataset {dataset} has no files ({from})',
  put_files: 'Put some there, or choose another.',
  no_file_holds: 'No file of {dataset} can hold events of these days',
  it_has: 'It has {from} to {to}.',
  choose_others: 'Choose other days or another dataset.',
  no_such_days: 'The days {from} to {to} are none',
  earlier_first: 'Name the earlier day first.',
  too_many_days: 'These are more than {days} days',
  divide: 'Divide them into several jobs.',
  nothing_to_do: 'There is nothing to backfill',
  estimate_outdated: 'The estimate is not true any more: {changes}',
  days_or_files: 'other days are sealed, or files are others',
  look_again: 'Look at the new estimate.',
} as const;

export type SayingCode = keyof typeof SAYINGS;

/** Names of a sentence's blanks. */
export type Blanks<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Blanks<Rest>
  : never;

type Said = Readonly<Record<string, string | number>>;

/** The sentence of a code, its blanks filled. */
export function say<C extends SayingCode>(
  code: C,
  ...[given]: [Blanks<(typeof SAYINGS)[C]>] extends [never]
    ? []
    : [Readonly<Record<Blanks<(typeof SAYINGS)[C]>, string | number>>]
): string {
  return fillBlanks(SAYINGS[code], given ?? {});
}

export function fillBlanks(text: string, given: Said): string {
  return text.replace(/\{(\w+)\}/g, (blank, name: string) => String(given[name] ?? blank));
}

export interface Heard {
  readonly code: SayingCode;
  readonly given: Readonly<Record<string, string>>;
}

/** Which sentence a text is, and what fills its blanks; null where it is none of {@link SAYINGS}. */
export function hear(text: string): Heard | null {
  for (const { code, pattern } of patterns()) {
    const match = pattern.exec(text);
    if (match) return { code, given: { ...match.groups } };
  }
  return null;
}

let known: readonly { readonly code: SayingCode; readonly pattern: RegExp }[] | null = null;

/** Those with the most words of their own first: "queued again: …" is no "queued: …". */
function patterns() {
  known ??= (Object.keys(SAYINGS) as SayingCode[])
    .sort((a, b) => ownWords(b) - ownWords(a))
    .map((code) => ({ code, pattern: patternOf(SAYINGS[code]) }));
  return known;
}

const ownWords = (code: SayingCode): number => SAYINGS[code].replace(/\{\w+\}/g, '').length;

/** Only the last blank holds a sentence: others hold words, or names, without a colon. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\{(\w+)\}/);
  const source = parts
    .map((part, i) => {
      if (i % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return `(?<${part}>${i === parts.length - 2 ? '.+' : '[^:]+?'})`;
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
