import type { Dictionaries } from '../../events/dictionary.ts';
import { columnOf, type EventBatch } from '../../events/event-batch.ts';
import type { ColumnDefinition } from '../../events/order-schema.ts';
import type { ColumnSink } from './column-sink.ts';
import { createCategorySink, createIdSink, createNumberSink } from './column-sinks.ts';
import type { Reading } from './stored-column.ts';
import { throughTexts } from './texts-of-numbers.ts';

export interface SinkForOptions {
  readonly definition: ColumnDefinition;
  /** How the file stores the column. */
  readonly reading: Reading;
  readonly batch: EventBatch;
  readonly dictionaries: Dictionaries;
}

/** The sink that fills a column of the batch. */
export function sinkFor(options: SinkForOptions): ColumnSink {
  const { reading } = options;
  const sink = typedSink(options);
  return reading.as === 'nulls' ? { ...sink, decodePlain: refuseValues } : sink;
}

function refuseValues({ count }: { readonly count: number }): void {
  if (count > 0) throw new Error('there are values in a column that has none, as its footer says');
}

function typedSink({ definition, reading, batch, dictionaries }: SinkForOptions): ColumnSink {
  const { name, kind } = definition;
  if (kind === 'category') {
    const dictionary = columnOf(dictionaries, name);
    return throughTexts(createCategorySink({ lane: columnOf(batch.categories, name), dictionary }), reading);
  }
  if (kind === 'id128') return throughTexts(createIdSink({ lanes: batch.eventId }), reading);
  if (kind === 'id64') {
    const { lo, hi } = columnOf(batch.ids, name);
    return throughTexts(createIdSink({ lanes: [lo, hi] }), reading);
  }
  return createNumberSink({ lane: columnOf(batch.numbers, name), reading });
}
