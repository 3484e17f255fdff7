/** What the page of dead letters says in English. */
export const lettersEn = {
  title: 'Dead letters',
  intro:
    'Records that were rejected, or contradict another with the same id. No figure holds anything of them.',
  asOf: 'As of the checkpoint of {time}',
  since: '{count} more since then; they are listed after the next checkpoint',
  refresh: 'Refresh',
  reason: 'Reason',
  topic: 'Topic',
  all: 'All',
  record: 'Record',
  written: 'Written',
  bytes: 'Bytes',
  eventId: 'Event id',
  value: 'Value',
  sent: 'Sent again',
  sentAt: 'sent again {time}',
  notSent: 'no',
  unknown: 'not known',
  more: 'Show more',
  shown: '{shown} of {total}',
  list: 'Dead letters, the newest first',
  none: 'No dead letters',
  noneKafka: 'No record was rejected up to the last checkpoint.',
  noneSimulator: 'Orders come from the simulator now. Letters are kept where they come from Kafka.',
  noneFiltered: 'No letter has this reason and topic.',
  expired: 'Made room for newer ones: {count}',
  notKept: 'Only counted, as too many came at once: {count}',
  tombstones: 'Only counted, as they have no value: {count}',
  lost: 'Lost with damaged files: {count}',
  failed: 'The letters can’t be read: {reason}',
  choose: 'Choose a letter to see what it holds.',
  close: 'Back to the list',
  what: 'What is wrong',
  todo: 'What to do',
  kept: 'the first {kept} of {bytes}',
  noText: 'No UTF-8: shown as hex.',
  emptyValue: 'The value has no bytes.',
  resend: 'Send those with this reason again',
  resendNote:
    'On the server’s machine, once the cause is gone. It says what would be sent; without --dry-run it sends it, each letter once.',
  copy: 'Copy',
  copied: 'Copied',
  cut: 'Only its beginning was kept, so it can’t be sent again from here.',
  reasons: {
    not_json: {
      what: 'The value is no JSON.',
      todo: 'See what its producer writes: one JSON object per record, in UTF-8.',
    },
    not_an_object: {
      what: 'The value is JSON, but no object.',
      todo: 'Send one object per record; lists and single values are not taken apart.',
    },
    malformed: {
      what: 'The field for {column} holds something else than the mapping says.',
      todo: 'Correct the mapping of {column} in gmv.config.ts (field, unit or time format) or its producer, restart, and send the letters again.',
    },
    null: {
      what: '{column} is required, and is null or not there.',
      todo: 'If the field has another name, map it in gmv.config.ts, or give it a default there; else its producer has to fill it.',
    },
    empty: {
      what: '{column} is required, and is an empty text.',
      todo: 'Its producer has to fill it.',
    },
    time_out_of_range: {
      what: 'The event time is before 1970 or after 2099.',
      todo: 'Mostly the unit is another: set seconds, ms, us or ns for event_time in the mapping of gmv.config.ts.',
    },
    text_too_long: {
      what: '{column} has over 1,024 bytes.',
      todo: 'See whether the right field is mapped to {column}.',
    },
    not_utf8: { what: '{column} is no UTF-8.', todo: 'Its producer has to write UTF-8.' },
    cardinality: {
      what: '{column} has more different values than are kept.',
      todo: 'See whether an id was mapped to {column}, which is a dimension.',
    },
    unknown_type: {
      what: 'The type is none of those known.',
      todo: 'Say in the mapping of gmv.config.ts which of your types stand for ours.',
    },
    not_an_integer: {
      what: '{column} has a fraction.',
      todo: 'If amounts come in major units, such as 12.50, say so in the mapping of gmv.config.ts.',
    },
    negative_amount: {
      what: 'The amount is negative.',
      todo: 'Amounts are at least 0: the type says whether money comes or goes.',
    },
    negative_quantity: { what: 'The quantity is negative.', todo: 'Quantities are at least 0.' },
    amount_over_cap: {
      what: 'The amount is over 10¹³ minor units.',
      todo: 'See whether the unit in the mapping of gmv.config.ts is right.',
    },
    quantity_over_cap: {
      what: 'The quantity is over 10⁹.',
      todo: 'See whether the right field is mapped to quantity.',
    },
    not_exact: {
      what: '{column} is beyond 2⁵³ and can’t be kept exactly.',
      todo: 'See whether the right field is mapped to {column}.',
    },
    currency: {
      what: 'The currency is another than the board’s.',
      todo: 'A board has one currency: send these orders to a board of their own.',
    },
    future: {
      what: 'The event time is further ahead of the record’s own time than a clock may be.',
      todo: 'Set the producer’s clock. Sent again later, the event is taken once its time is near.',
    },
    conflict: {
      what: 'An event with this id came before with another payload, and that one was applied.',
      todo: 'Sending it again would only repeat the conflict. A replay of the day decides by the lowest event time; give corrections ids of their own.',
    },
    other: { what: 'The record was rejected for this reason.', todo: 'See what its producer writes.' },
  },
};
