import { EVENT_TYPES, ORDER_SCHEMA } from '../engine/events/order-schema.ts';

/** How a set's columns hang together. */
export type OrderSetKind = 'real' | 'independent';

export interface OrderSqlOptions {
  readonly kind: OrderSetKind;
  /** Rows of the answer, exactly. */
  readonly rows: number;
  readonly seed: number;
  /** Default: all of the 28 days. */
  readonly window?: OrderWindow;
}

/** A stretch of days of a set that is made piece by piece: its orders are others than those of other pieces. */
export interface OrderWindow {
  /** Days since the first one. */
  readonly from: number;
  readonly days: number;
  /** Rows of all pieces together: as many buyers are among them. */
  readonly ofRows: number;
}

/** Of every event. */
export const CURRENCY = 'CNY';

const FIRST_DAY = '2025-11-01';
const DAYS = 28;
/** Days since the first one of the day that has twice the orders. */
const SALE_DAY = 10;
/** Orders begin so many days before the window, so that its first day has deliveries, too. */
const LEAD_DAYS = 7;
const DAY_MS = 86_400_000;
/** More than any set has: so far apart begin the numbers of the orders of two windows. */
const ORDERS_PER_DAY = 10_000_000;
const DUPLICATES = 0.007;
/** Events of one order within the window, duplicates included; measured, and a little low: what is over is cut. */
const EVENTS_PER_ORDER = 6.43;

const PRODUCTS = 100_000;
const MERCHANTS = 20_000;
const CATEGORIES = 30;
const COUNTRIES = (
  'CN US JP KR DE GB FR BR IN RU TH VN MY SG ID PH AU CA MX ES ' +
  'IT NL PL SE CH AT BE DK NO FI PT CZ HU RO GR TR AE SA ZA NZ'
).split(' ');
const CHANNELS = ['app', 'mini_program', 'web', 'live_stream', 'partner', 'store'];
const PAYMENTS = [
  'alipay',
  'wechat_pay',
  'card',
  'wallet',
  'instalments',
  'bank_transfer',
  'cash',
  'gift_card',
];

const list = (values: readonly string[]): string => `[${values.map((value) => `'${value}'`).join(', ')}]`;

/**
 * SQL for DuckDB whose last statement selects the rows in order of arrival: event time and a little lateness. All
 * values are functions of seed and number, so equal options give equal rows.
 *
 * - `real`: buyer, channel and payment method belong to the order; country and region to the buyer; category,
 *   merchant and price to the product. An order's lines go through its life together: created, paid, shipped, …
 * - `independent`: the same values in about the same shares, each column drawn by itself.
 *
 * Popularity of products, merchants, buyers and places falls by Zipf's law; 0.7 % of the events come twice.
 */
export function orderSql({ kind, rows, seed, window }: OrderSqlOptions): {
  readonly prelude: readonly string[];
  readonly select: string;
  /** All rows of one day, counted from the window's first: about as many as its share of `rows`. */
  selectDay(day: number): string;
} {
  const { from, days, ofRows } = window ?? { from: 0, days: DAYS, ofRows: rows };
  const start = `timestamp '${dayAfter(from)}'`;
  const body =
    kind === 'real' ? realOrders({ rows, from, days, start }) : independentRows({ rows, days, start });
  const ordered = 'order by arrival, event_id';
  const selected = `select ${ORDER_SCHEMA.map(({ name }) => name).join(', ')}
      from events`;
  return {
    prelude: [...macros(seed, ofRows), ...body, ...withDuplicates],
    select: `${selected} ${ordered} limit ${rows}`,
    selectDay: (day) =>
      `${selected} where event_time >= timestamp '${dayAfter(from + day)}'
        and event_time < timestamp '${dayAfter(from + day + 1)}' ${ordered}`,
  };
}

/** The date (UTC) so many days after the first one. */
export function dayAfter(days: number): string {
  return new Date(Date.parse(FIRST_DAY) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `u`: a number in [0, 1). `zipf`: a rank from 0. The others say what belongs to a product, a buyer, an order. */
function macros(seed: number, rows: number): string[] {
  const one = (salt: string, values: readonly string[], skew: number): string =>
    `${list(values)}[1 + zipf(u('${salt}', n), ${values.length}, ${skew})]`;
  return [
    // A hash of several arguments would not do: it mixes too little.
    `create macro u(salt, n) as (hash(xor(hash(n), hash('${seed} ' || salt))) >> 11)::double / 9007199254740992`,
    `create macro zipf(share, size, skew) as
      least(size, floor(pow((pow(size + 1, 1 - skew) - 1) * share + 1, 1 / (1 - skew))))::int - 1`,
    `create macro product(n) as zipf(u('product', n), ${PRODUCTS}, 0.8)`,
    `create macro merchant(n) as zipf(u('merchant', n), ${MERCHANTS}, 0.7)`,
    `create macro category(n) as zipf(u('category', n), ${CATEGORIES}, 0.6)`,
    `create macro price(n) as (exp(5 + 5 * u('price', n) * u('price2', n)) * 10)::bigint`,
    `create macro buyer(n) as
      case when u('guest', n) >= 0.04 then zipf(u('buyer', n), ${Math.ceil(rows / 8)}, 0.4) end`,
    `create macro country(n) as ${one('country', COUNTRIES, 1.3)}`,
    // The first country has more provinces than the others.
    `create macro region(n, of) as
      of || '-' || lpad((1 + zipf(u('region', n), if(of = '${COUNTRIES[0]}', 31, 7), 0.5))::varchar, 2, '0')`,
    `create macro channel(n) as ${one('channel', CHANNELS, 0.9)}`,
    `create macro payment(n) as ${one('payment', PAYMENTS, 0.9)}`,
    // Few people buy at five in the morning, many at eight in the evening.
    `create macro time_of_day(share) as
      share + 0.6 * (sin(2 * pi() * (share - 0.35)) + sin(2 * pi() * 0.35)) / (2 * pi())`,
    `create macro transport(n) as
      (20 + 400 * u('transport', n) + if(u('late', n) < 0.01, 300000 * u('later', n), 0))::bigint`,
    `create macro uuid_of(n) as md5('${seed}-' || n)::uuid::varchar`,
  ];
}

/** Columns from whose numbers the ids' texts are made, the same for both kinds. */
const TEXTS = `
  'O' || lpad(order_no::varchar, 10, '0') as order_id,
  case when buyer_no is not null then 'B' || lpad(buyer_no::varchar, 8, '0') end as buyer_id,
  case when merchant_no is not null then 'M' || lpad(merchant_no::varchar, 6, '0') end as merchant_id,
  'P' || lpad(product_no::varchar, 7, '0') as product_id,
  case when category_no is not null then 'category ' || (category_no + 1) end as category,
  '${CURRENCY}' as currency, country, region, channel, payment_method`;

interface Stretch {
  readonly rows: number;
  readonly days: number;
  /** Its first instant, as SQL. */
  readonly start: string;
}

function realOrders({ rows, from, days, start }: Stretch & { readonly from: number }): string[] {
  const created = days + LEAD_DAYS;
  const orders = Math.ceil(((rows / EVENTS_PER_ORDER) * created) / days);
  const sale = SALE_DAY - from;
  const isThere = sale >= -LEAD_DAYS && sale < days;
  // The day of the sale takes two of the equal shares.
  const double = isThere ? LEAD_DAYS + sale : created + 1;
  const first = from * ORDERS_PER_DAY;
  const numbers = first === 0 ? orders : `${first}, ${first + orders}`;
  const nth = first === 0 ? 'o' : `o - ${first}`;
  return [
    `create table orders as
      select *, country(coalesce(buyer_no, o + 1e9)) as country,
        region(coalesce(buyer_no, o + 1e9), country) as region,
        u('paid', o) < 0.88 as is_paid, u('cancelled', o) < if(is_paid, 0.03, 0.7) as is_cancelled,
        created + (20000 + 40000 * u('failed', o))::bigint as failed,
        created + (60000 + 900000 * u('pay', o) ** 3)::bigint as paid,
        if(is_paid, paid + (2e7 * u('cancel', o))::bigint, created + (9e5 + 3e6 * u('cancel', o))::bigint) as cancelled,
        paid + (7e6 + 1.7e8 * u('ship', o))::bigint as shipped,
        shipped + (9e7 + 3.5e8 * u('deliver', o))::bigint as delivered
      from (
        select o, buyer(o) as buyer_no, channel(o) as channel, payment(o) as payment_method,
          1 + list_position([u('lines', o) >= x for x in [0.58, 0.83, 0.93, 0.975, 1]], false)::int - 1 as lines,
          floor(share) as part,
          if(part > ${double}, part - 1, part)::int as day,
          ((day - ${LEAD_DAYS} + time_of_day(share - part)) * ${DAY_MS})::bigint as created
        from (select o, (${nth} + u('moment', o)) * ${created + (isThere ? 1 : 0)}.0 / ${orders} as share from range(${numbers}) t(o))
      )`,
    `create table lines as
      select orders.*, line, product(o * 8 + line) as product_no,
        1 + zipf(u('quantity', o * 8 + line), 5, 1.5) as quantity,
        price(product_no) * quantity as amount_minor,
        if(u('sold by no one', product_no) < 0.01, null, merchant(product_no)) as merchant_no,
        if(u('of no kind', product_no) < 0.01, null, category(product_no)) as category_no
      from orders, unnest(range(1, lines + 1)) t(line)`,
    `create table plain as
      select uuid_of(o * 64 + line * 8 + kind) as event_id, o as order_no,
        ${start} + to_milliseconds(instant + line) as event_time, type, line::int as line, quantity, amount_minor,
        instant + line + transport(o * 8 + kind) as arrival,
        ${TEXTS.replaceAll('order_no', 'o')}
      from (
        ${lifeCycle
          .map(
            ({ type, at, when }) =>
              `select *, '${type}' as type, ${EVENT_TYPES.indexOf(type)} as kind, ${at} as instant from lines where ${when}`,
          )
          .join('\n        union all ')}
      )
      where instant between 0 and ${days * DAY_MS - 10}`,
  ];
}

/** When an order's lines have which event. */
const lifeCycle: readonly { type: (typeof EVENT_TYPES)[number]; at: string; when: string }[] = [
  { type: 'created', at: 'created', when: 'true' },
  { type: 'payment_failed', at: 'failed', when: "u('fails', o) < 0.05" },
  { type: 'paid', at: 'paid', when: 'is_paid' },
  { type: 'cancelled', at: 'cancelled', when: 'is_cancelled' },
  { type: 'shipped', at: 'shipped', when: 'is_paid and not is_cancelled' },
  { type: 'delivered', at: 'delivered', when: "is_paid and not is_cancelled and u('lost', o) >= 0.02" },
  {
    type: 'refunded',
    at: "delivered + (4e8 * u('refund', o))::bigint",
    when: "is_paid and not is_cancelled and (u('returns', o) < 0.01 or u('returned', o * 8 + line) < 0.05)",
  },
];

function independentRows({ rows, days, start }: Stretch): string[] {
  const plain = Math.ceil(rows / (1 + DUPLICATES) + 0.002 * rows);
  // About the shares that they have among real events.
  const upTo = [0.27, 0.51, 0.525, 0.745, 0.955, 0.985, 1];
  return [
    `create table plain as
      select *, ${TEXTS}
      from (
        select uuid_of(i) as event_id, i,
          ((floor(u('day', i) * ${days}) + time_of_day(u('moment', i))) * ${DAY_MS - 1})::bigint as instant,
          ${start} + to_milliseconds(instant) as event_time, instant + transport(i) as arrival,
          ${list(EVENT_TYPES)}[list_position([u('type', i) >= x for x in ${JSON.stringify(upTo)}], false)] as type,
          floor(u('order', i) * ${Math.ceil(rows / 6)})::bigint as order_no,
          1 + zipf(u('line', i), 5, 1.5) as line, buyer(i) as buyer_no,
          if(u('sold by no one', i) < 0.01, null, merchant(i)) as merchant_no,
          product(i) as product_no, if(u('of no kind', i) < 0.01, null, category(i)) as category_no,
          1 + zipf(u('quantity', i), 5, 1.5) as quantity, price(i) as amount_minor,
          country(i) as country, region(-i - 1, country(-i - 1)) as region,
          channel(i) as channel, payment(i) as payment_method
        from range(${plain}) t(i)
      )`,
  ];
}

const withDuplicates = [
  `create view events as
    select * from plain
    union all by name
    select * replace (arrival + (120000 * u('again', event_id))::bigint as arrival)
    from plain where u('twice', event_id) < ${DUPLICATES}`,
];
