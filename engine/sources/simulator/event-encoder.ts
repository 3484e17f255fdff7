import type { Dictionaries, Dictionary } from '../../events/dictionary.ts';
import { columnOf, type EventBatch } from '../../events/event-batch.ts';
import type { EventDraft, EventSpace } from './event-of.ts';
import { SIMULATED_TYPES } from './event-of.ts';
import { createIdHasher } from './id-text.ts';

/** Writes a draft into row `row` of the batch it was made for; no strings are made for known values. */
export type EventEncoder = (draft: EventDraft, row: number) => void;

/** The other currency of bad events. */
export const foreignCurrency = (currency: string): string => (currency === 'USD' ? 'EUR' : 'USD');

export function createEventEncoder(options: {
  readonly market: EventSpace['market'];
  readonly currency: string;
  readonly dictionaries: Dictionaries;
  readonly batch: EventBatch;
}): EventEncoder {
  const { market, currency, dictionaries, batch } = options;
  const coded = (name: string, values: readonly string[]): CodeCache =>
    createCodeCache(columnOf(dictionaries, name), values);
  const types = coded('type', SIMULATED_TYPES);
  const products = coded('product_id', market.products);
  const merchants = coded('merchant_id', market.merchants);
  const categories = coded('category', market.categories);
  const currencies = coded('currency', [currency, foreignCurrency(currency)]);
  const countries = coded('country', market.countries);
  const regions = coded('region', market.regions);
  const channels = coded('channel', market.channels);
  const methods = coded('payment_method', market.paymentMethods);
  const into = (name: string): Int32Array => columnOf(batch.categories, name);
  const numberInto = (name: string): Float64Array => columnOf(batch.numbers, name);
  const type = into('type');
  const product = into('product_id');
  const merchant = into('merchant_id');
  const category = into('category');
  const currencyCode = into('currency');
  const country = into('country');
  const region = into('region');
  const channel = into('channel');
  const method = into('payment_method');
  const eventTime = numberInto('event_time');
  const line = numberInto('line');
  const quantity = numberInto('quantity');
  const amount = numberInto('amount_minor');
  const [id0, id1, id2, id3] = batch.eventId;
  const order = columnOf(batch.ids, 'order_id');
  const buyer = columnOf(batch.ids, 'buyer_id');
  const ids = createIdHasher();
  const lanes = new Uint32Array(4);
  let hashedOrder = Number.NaN;
  let hashedBuyer = Number.NaN;
  let orderLo = 0;
  let orderHi = 0;
  let buyerLo = 0;
  let buyerHi = 0;

  return (draft, row) => {
    ids.event(draft, lanes);
    id0[row] = lanes[0]!;
    id1[row] = lanes[1]!;
    id2[row] = lanes[2]!;
    id3[row] = lanes[3]!;
    if (draft.orderIndex !== hashedOrder) {
      hashedOrder = draft.orderIndex;
      ids.order(draft, lanes);
      orderLo = lanes[0]!;
      orderHi = lanes[1]!;
    }
    order.lo[row] = orderLo;
    order.hi[row] = orderHi;
    if (draft.buyer !== hashedBuyer) {
      hashedBuyer = draft.buyer;
      ids.buyer(draft, lanes);
      buyerLo = lanes[0]!;
      buyerHi = lanes[1]!;
    }
    buyer.lo[row] = buyerLo;
    buyer.hi[row] = buyerHi;
    eventTime[row] = draft.eventTimeMs;
    line[row] = draft.line;
    quantity[row] = draft.quantity;
    amount[row] = draft.amountMinor;
    type[row] = types(draft.type);
    product[row] = products(draft.product);
    merchant[row] = merchants(draft.merchant);
    category[row] = categories(draft.category);
    currencyCode[row] = currencies(draft.foreign);
    country[row] = countries(draft.country);
    region[row] = regions(draft.region);
    channel[row] = channels(draft.channel);
    method[row] = methods(draft.paymentMethod);
  };
}

/** Dictionary code of a catalogue entry (−1: null), looked up once, when first seen. */
type CodeCache = (index: number) => number;

function createCodeCache(dictionary: Dictionary, values: readonly string[]): CodeCache {
  const UNSEEN = -2;
  const codes = new Int32Array(values.length).fill(UNSEEN);
  return (index) => {
    if (index < 0) return 0;
    const code = codes[index]!;
    if (code !== UNSEEN) return code;
    const found = dictionary.codeOf(values[index] ?? null);
    codes[index] = found;
    return found;
  };
}
