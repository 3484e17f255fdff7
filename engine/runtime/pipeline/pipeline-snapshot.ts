import type { Counts } from '../../events/counts.ts';
import { type Dictionaries, restoreDictionary } from '../../events/dictionary.ts';
import { columnOf } from '../../events/event-batch.ts';
import type { TextsSnapshot } from '../../events/text-arena.ts';
import type { WatermarkSnapshot } from '../../operators/watermark.ts';
import type { DaySnapshot } from './day-snapshot.ts';

/**
 * Everything that a pipeline knows between two batches, as plain data that shares nothing with it: another
 * pipeline of the same plan, with dictionaries of its own, goes on from it as if nothing had happened.
 */
export interface PipelineSnapshot extends WatermarkSnapshot {
  /** Fingerprint of the plan, and the mode: a snapshot fits no other. */
  readonly plan: string;
  readonly mode: 'live' | 'bounded';
  readonly counts: Counts;
  /** Index of the last business day that was sealed; null where none was. A sealed day that holds state was not taken yet. */
  readonly sealedThrough: number | null;
  /** Index of each sealed day that events came too late for, and how many. */
  readonly lateByDay: readonly (readonly [index: number, events: number])[];
  /** Latest event time applied; epoch ms. */
  readonly dataToMs: number | null;
  /** Category column → its values in the order of their codes. */
  readonly dictionaries: Readonly<Record<string, TextsSnapshot>>;
  /** Days that hold state, ascending. */
  readonly days: readonly DaySnapshot[];
}

/** Values as views, which never change. */
export function snapshotDictionaries(dictionaries: Dictionaries): Record<string, TextsSnapshot> {
  return Object.fromEntries(Object.entries(dictionaries).map(([name, { texts }]) => [name, texts()]));
}

/** Fills empty dictionaries so that every code means what it meant; says which one was not empty, or null. */
export function restoreDictionaries(
  dictionaries: Dictionaries,
  snapshot: PipelineSnapshot['dictionaries'],
): string | null {
  for (const [name, texts] of Object.entries(snapshot)) {
    const dictionary = columnOf(dictionaries, name);
    if (dictionary.size > 1) return name;
    restoreDictionary(dictionary, texts);
  }
  return null;
}
