import type { JsonMapping } from './json-mapping.ts';

/** Mappings that tests decode with: every setting, path and unit is in one. */
export const TEST_MAPPINGS: readonly {
  readonly name: string;
  readonly mapping: JsonMapping;
  readonly currencyDigits: number;
}[] = [
  { name: 'its own names', mapping: {}, currencyDigits: 2 },
  {
    name: 'nested, with text amounts, ISO times and other names',
    currencyDigits: 2,
    mapping: {
      event_id: ['meta', 'id'],
      event_time: { from: 'meta.at', unit: 'iso8601' },
      type: {
        from: 'payload.event.type',
        values: { paid: ['PAID', 'payment.succeeded', 'true'], created: [''] },
      },
      order_id: 'order.id',
      line: { from: 'order.lines.0.no', quoted: true },
      buyer_id: { from: 'order.buyer', default: 'guest' },
      merchant_id: 'a\\.b',
      product_id: 'order.lines.0.sku',
      category: 'order.lines.1',
      amount_minor: { from: 'order.total', unit: 'major' },
      currency: { constant: 'CNY' },
      country: { from: 'k', default: 'CN' },
      region: { constant: null },
      channel: 'order.channel',
      payment_method: 'order.channel',
    },
  },
  {
    name: 'seconds',
    mapping: { event_time: { unit: 'seconds', quoted: true }, amount_minor: { quoted: true } },
    currencyDigits: 0,
  },
  {
    name: 'microseconds',
    mapping: { event_time: { unit: 'us' }, quantity: { default: 1 }, amount_minor: { unit: 'major' } },
    currencyDigits: 3,
  },
  {
    name: 'nanoseconds',
    mapping: {
      event_time: { from: 'time.ns', unit: 'ns' },
      type: { constant: 'paid' },
      line: { constant: 1 },
    },
    currencyDigits: 2,
  },
];
