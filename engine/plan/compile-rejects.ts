import { EVENT_TYPES, type Schema } from '../events/order-schema.ts';
import { MAX_TEXT_BYTES } from '../events/text-limit.ts';
import type { PlanReject } from './plan.ts';

/** The rules that reject an event, in the order in which they are asked: the first that applies is the reason. */
export function compileRejects(schema: Schema): PlanReject[] {
  const required = schema.filter(({ nullable }) => !nullable);
  const categories = schema.filter(({ kind }) => kind === 'category');
  const texts = schema.filter(({ kind }) => kind === 'category' || kind === 'id64' || kind === 'id128');
  const numbers = schema.filter(({ kind }) => kind === 'integer' || kind === 'money' || kind === 'time');
  const caps = (
    [
      ['amount_minor', 'amount', 'maxAmountMinor'],
      ['quantity', 'quantity', 'maxQuantity'],
    ] as const
  ).filter(([column]) => numbers.some(({ name }) => name === column));
  const uncapped = numbers.filter(({ name, kind }) => kind !== 'time' && !caps.some(([cap]) => cap === name));
  return [
    ...required.map(({ name: column }) => ({ reason: `null:${column}`, column, when: 'null' }) as const),
    ...texts
      .filter(({ nullable }) => !nullable)
      .map(({ name: column }) => ({ reason: `empty:${column}`, column, when: 'empty' }) as const),
    {
      reason: 'time_out_of_range',
      column: 'event_time',
      when: 'outside',
      from: 'minEventTimeMs',
      before: 'maxEventTimeMs',
    },
    ...texts.map(({ name: column }) => {
      return { reason: `text_too_long:${column}`, column, when: 'longer', bytes: MAX_TEXT_BYTES } as const;
    }),
    ...categories.map(({ name: column }) => {
      return { reason: `not_utf8:${column}`, column, when: 'not_utf8' } as const;
    }),
    ...categories.map(({ name: column }) => {
      return {
        reason: `cardinality:${column}`,
        column,
        when: 'more_values',
        limit: 'maxCategoryValues',
      } as const;
    }),
    { reason: 'unknown_type', column: 'type', when: 'none_of', values: EVENT_TYPES },
    ...numbers.map(({ name: column }) => {
      return { reason: `not_an_integer:${column}`, column, when: 'not_integer' } as const;
    }),
    ...caps.map(([column, short]) => ({ reason: `negative_${short}`, column, when: 'negative' }) as const),
    ...caps.map(([column, short, limit]) => {
      return { reason: `${short}_over_cap`, column, when: 'above', limit } as const;
    }),
    ...uncapped.map(({ name: column }) => {
      return { reason: `not_exact:${column}`, column, when: 'inexact' } as const;
    }),
    { reason: 'currency', column: 'currency', when: 'other_currency' },
    { reason: 'future', column: 'event_time', when: 'ahead_of_record', limit: 'futureBoundMs' },
  ];
}
