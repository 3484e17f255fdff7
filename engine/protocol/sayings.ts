/**
 * What the server says to people who look at pages, by a word for programs: each sentence is written from here alone, kept
 * and logged as it stands, and read back by screens that say it in another language. Of a sentence with a remedy the two
 * are apart.
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

  file_unopened: "{file} can't be opened ({code})",
  check_path: 'Check path and permissions.',
  file_is_folder: '{file} is no file but a folder',
  file_is_pipe: '{file} is no file but a pipe or device',
  write_pipe_first: 'Parquet is read from its end: write what a pipe gives to a file first.',
  file_ends: '{file} ends at byte {at}, {needed} needed',
  write_again: 'Write the file again, or leave it out.',
  file_empty: '{file} is empty (0 bytes)',
  file_too_short: '{file} has only {bytes} bytes, which is too short for a Parquet file',
  footer_encrypted: '{file} has an encrypted footer',
  not_parquet: '{file} is not a Parquet file (it does not begin with PAR1)',
  file_cut_short: '{file} was cut short (it begins as Parquet but does not end with PAR1)',
  footer_too_long: '{file} has a footer of {length} bytes in a file of {bytes}',
  footer_unread: "{file} has a footer that can't be read: {why}",
  row_group_rows: '{file} has a row group of {rows} rows (the {number}th)',
  file_columns: 'The file has the columns {columns}',
  rename_columns: "Rename or cast them to the order event's schema.",
  column_missing: 'column "{column}" is missing',
  column_missing_alike: 'column "{column}" is missing (there is "{alike}": names are case-sensitive)',
  column_twice: 'column "{column}" is there twice',
  column_undecoded: '{file}, row group {group}, column "{column}" can\'t be decoded: {why}',
  row_group_unread: "{file}, row group {group}, can't be read: {why}",
  damaged_write_again: 'The file is damaged: write it again, or leave it out.',
  statistics_deny:
    '{file}, row group {group}, holds events of {day} although its statistics of event_time deny it',
  written_wrongly: 'The file was written wrongly: write it again.',
  changed_in_replay: '{file} changed while it was replayed: {what}',
  replay_when_quiet: 'Replay again when nothing writes to it any more.',
  file_gone: '{file} is not there any more',
  put_back: 'Put it back, or estimate again without it.',
  file_changed: '{file} changed since it was looked at: {what}',
  estimate_again: 'Estimate again.',
  file_was: 'it was {was}, now it is {now}',
  rows_were: 'it had {rows} rows, now {now}',
  contents_others: 'its contents are others',
  records_came: 'further records of the day came',
  sample: 'Sample',
  sample_history: 'sample history',
  archive: 'Archive',
  what_live_consumed: 'what live consumed',
  simulator: 'simulator',
  no_file_yet: 'There is no file yet',
  check_pattern: 'Check the pattern of its files.',
  more_problems: '{count} further problems are not listed',
  correct_file: 'Correct the file, or how the configuration reads it.',
  lacks_column: 'has no column {column}, which {ours} is read from',
  correct_mapping: 'Correct the mapping, or the file.',
  quote_open: '{file} has a quote in line {line} that is not closed',
  correct_line: 'Correct the line: what comes behind it can not be told apart.',
  line_broken: '{lines} line is broken and rejected, the first is line {line}: {why}',
  lines_broken: '{lines} lines are broken and rejected, the first is line {line}: {why}',
  lines_no_json: '{lines} of {rows} lines are no JSON: they are rejected',
  values_unread: "{unread} of {rows} values can't be read as {column}, such as {example}: they are null",

  no_epoch: 'No epoch for {seconds} s.',
  kafka_unread: 'Orders can’t be read from Kafka',
  connecting: 'Connecting to Kafka',
  topic_awaited: 'Waiting for topic {topic}, which is not there yet',
  no_broker: 'no Kafka broker answers at {brokers} ({why})',
  start_broker: 'Start one with "npm run kafka", or name yours with --brokers.',
  kafka_closes: 'Where it closes the connection each time, it wants TLS or a password, or neither.',
  kafka_refuses: 'Kafka at {brokers} refuses ({why})',
  check_kafka_user:
    'Check user, password and mechanism, the certificate and who signed it, and what the user may read.',
  broker_log: 'The broker’s own log may say more.',
  checkpoint_unwritten: 'Checkpoint {name} could not be written to {folder}: {why}',
  free_space: 'Free space on its disk, or keep less of the archive; the checkpoints before it are whole.',
  make_writable: 'Make the folder writable for this process; the checkpoints before it are whole.',
  checkpoint_slow:
    'A checkpoint takes {seconds} s, as the disk is slow: the next one comes after {next} s, and until then a restart has so much to read again',
  checkpoint_left_out: 'Checkpoint {name} was left out: {why}',
  built_anew:
    "No checkpoint's state is whole: the open days were built anew from the archive, up to {checkpoint}",
  put_aside: 'There was no checkpoint for what lay in {folder}: it is in {aside} now',
  thread_failed: 'The {thread} failed: {why}',
  started_by_itself: 'It is started again by itself.',
  thread_starting: 'The {thread} is starting',
  try_in_a_moment: 'Try again in a moment.',
  no_parity_checkpoint: 'The checkpoint that live figures were captured at is not there',
  parity_again: 'It is tried again with another one; look at checkpoints on the page of operations.',
  history_unchanged: 'history was not changed: {why}',
  look_at_disk: 'Look at free space and permissions of the data folder, then try again.',

  unreachable: "The server can't be reached",
  wrong_password: 'The password is wrong',
  try_again: 'Try again.',
  too_many_passwords: 'Too many wrong passwords',
  try_in: 'Try again in {seconds} s.',
  takes_operator: 'This takes an operator',
  sign_in: 'Sign in, or sign in again.',
  signed_in: 'signed in',
  signed_out: 'signed out',
  wrong_sign_in: 'sign-in with a wrong password',
  submit: 'submit {draft}',
  do_pause: 'pause job {job}',
  do_resume: 'resume job {job}',
  do_cancel: 'cancel job {job}',
  do_stop: 'stop job {job}',
  do_retry: 'retry job {job}',
  do_compare: 'compare job {job}',
  do_approve: 'approve job {job}',
  do_discard: 'discard job {job}',
  do_undo: 'undo job {job}',
  job_is: 'job {job} is {state}',
  refused: 'refused, {why}',
  not_possible: 'Job {job} is {state}: {event} is not possible',
  nothing_more: 'Nothing more can be done to it.',
  possible: 'Possible: {actions}.',
  no_such_job: 'There is no job {job}',
  see_jobs: 'The list of jobs has those there are.',
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

/** Only the last blank holds a sentence: others hold words, names or addresses, without a colon and what it announces. */
function patternOf(text: string): RegExp {
  const parts = text.split(/\{(\w+)\}/);
  const source = parts
    .map((part, i) => {
      if (i % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return `(?<${part}>${i === parts.length - 2 ? '.+' : '(?:[^:]|:(?! ))+?'})`;
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
