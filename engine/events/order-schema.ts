/**
 * The order event's columns as data. One table drives the decoders, the Parquet reader and writer, the SQL
 * of the exporters and the docs. `category` columns become dictionary codes, `id` columns hashes.
 */
export type ColumnKind = 'id128' | 'id64' | 'category' | 'integer' | 'money' | 'time';

export interface ColumnDefinition {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  /** One line for the docs. */
  readonly about: string;
}

export type Schema = readonly ColumnDefinition[];

/** The life of an order line, in the order it usually happens. */
export const EVENT_TYPES = [
  'created',
  'paid',
  'payment_failed',
  'shipped',
  'delivered',
  'cancelled',
  'refunded',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const column = (name: string, kind: ColumnKind, about: string): ColumnDefinition => ({
  name,
  kind,
  nullable: false,
  about,
});
const nullable = (name: string, kind: ColumnKind, about: string): ColumnDefinition => ({
  name,
  kind,
  nullable: true,
  about,
});

export const ORDER_SCHEMA: Schema = [
  column('event_id', 'id128', 'unique id of the event; deduplication goes by it'),
  column('event_time', 'time', 'when it happened, epoch milliseconds'),
  column('type', 'category', `one of ${EVENT_TYPES.join(', ')}`),
  column('order_id', 'id64', 'the order that the line belongs to'),
  column('line', 'integer', 'number of the line within its order'),
  nullable('buyer_id', 'id64', 'who bought; null for guests'),
  nullable('merchant_id', 'category', 'who sold'),
  column('product_id', 'category', 'what was sold'),
  nullable('category', 'category', 'category of the product'),
  column('quantity', 'integer', 'units of the product, ≥ 0'),
  column('amount_minor', 'money', 'line total in minor units of the currency, ≥ 0 whatever the type'),
  column('currency', 'category', 'ISO 4217'),
  nullable('country', 'category', 'ISO 3166-1 alpha-2'),
  nullable('region', 'category', 'part of the country'),
  nullable('channel', 'category', 'app, web, live stream, …'),
  nullable('payment_method', 'category', 'how it was paid'),
];
