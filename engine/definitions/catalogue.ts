import { type DimensionDefinition, defineDimension } from './dimension.ts';
import { defineMetric, isBaseMetric, type MetricDefinition } from './metric.ts';
import { defineRollup, type RollupDefinition } from './rollup.ts';

/** Everything a plan is made of. `defaultCatalogue` is what the board ships with; `gmv.config.ts` adds to it. */
export interface Catalogue {
  readonly metrics: readonly MetricDefinition[];
  readonly dimensions: readonly DimensionDefinition[];
  readonly rollups: readonly RollupDefinition[];
}

const metrics = [
  defineMetric({
    name: 'gmv',
    title: { en: 'GMV', 'zh-CN': '成交额' },
    aggregate: 'sum',
    of: 'amount_minor',
    where: { type: 'paid' },
    unit: 'money',
  }),
  defineMetric({
    name: 'refunds',
    title: { en: 'Refunds', 'zh-CN': '退款额' },
    aggregate: 'sum',
    of: 'amount_minor',
    where: { type: 'refunded' },
    unit: 'money',
  }),
  defineMetric({
    name: 'net_gmv',
    title: { en: 'Net GMV', 'zh-CN': '净成交额' },
    aggregate: 'difference',
    of: ['gmv', 'refunds'],
    unit: 'money',
  }),
  defineMetric({
    name: 'orders',
    title: { en: 'Orders', 'zh-CN': '订单数' },
    aggregate: 'count_distinct',
    of: 'order_id',
    where: { type: 'paid' },
    unit: 'count',
  }),
  defineMetric({
    name: 'buyers',
    title: { en: 'Buyers', 'zh-CN': '买家数' },
    aggregate: 'count_distinct',
    of: 'buyer_id',
    where: { type: 'paid' },
    unit: 'count',
  }),
  defineMetric({
    name: 'units',
    title: { en: 'Units', 'zh-CN': '件数' },
    aggregate: 'sum',
    of: 'quantity',
    where: { type: 'paid' },
    unit: 'count',
  }),
  defineMetric({
    name: 'paid_events',
    title: { en: 'Paid lines', 'zh-CN': '支付行数' },
    aggregate: 'count',
    where: { type: 'paid' },
    unit: 'count',
  }),
  defineMetric({
    name: 'refunded_events',
    title: { en: 'Refunded lines', 'zh-CN': '退款行数' },
    aggregate: 'count',
    where: { type: 'refunded' },
    unit: 'count',
  }),
  defineMetric({
    name: 'created_orders',
    title: { en: 'Orders placed', 'zh-CN': '下单数' },
    aggregate: 'count_distinct',
    of: 'order_id',
    where: { type: 'created' },
    unit: 'count',
  }),
  defineMetric({
    name: 'cancelled_orders',
    title: { en: 'Orders cancelled', 'zh-CN': '取消订单数' },
    aggregate: 'count_distinct',
    of: 'order_id',
    where: { type: 'cancelled' },
    unit: 'count',
  }),
  defineMetric({
    name: 'payment_success_rate',
    title: { en: 'Payment success', 'zh-CN': '支付成功率' },
    aggregate: 'ratio',
    of: ['orders', 'created_orders'],
    unit: 'ratio',
  }),
  defineMetric({
    name: 'aov',
    title: { en: 'Average order', 'zh-CN': '客单价' },
    aggregate: 'ratio',
    of: ['gmv', 'orders'],
    unit: 'money',
  }),
  defineMetric({
    name: 'refund_rate',
    title: { en: 'Refund rate', 'zh-CN': '退款率' },
    aggregate: 'ratio',
    of: ['refunds', 'gmv'],
    unit: 'ratio',
  }),
];

const dimensions = [
  defineDimension({ name: 'category', title: { en: 'Category', 'zh-CN': '类目' }, column: 'category' }),
  defineDimension({ name: 'country', title: { en: 'Country', 'zh-CN': '国家' }, column: 'country' }),
  defineDimension({ name: 'region', title: { en: 'Region', 'zh-CN': '地区' }, column: 'region' }),
  defineDimension({ name: 'channel', title: { en: 'Channel', 'zh-CN': '渠道' }, column: 'channel' }),
  defineDimension({
    name: 'payment_method',
    title: { en: 'Payment method', 'zh-CN': '支付方式' },
    column: 'payment_method',
  }),
  defineDimension({ name: 'merchant', title: { en: 'Merchant', 'zh-CN': '商家' }, column: 'merchant_id' }),
  defineDimension({ name: 'product', title: { en: 'Product', 'zh-CN': '商品' }, column: 'product_id' }),
  defineDimension({
    name: 'hour_of_day',
    title: { en: 'Hour of day', 'zh-CN': '时段' },
    derived: 'hour_of_day',
  }),
];

const additive = ['gmv', 'refunds', 'units', 'paid_events', 'refunded_events'] as const;
const distinct = ['orders', 'buyers', 'created_orders', 'cancelled_orders'] as const;
const everything = [...additive, ...distinct];

const rollups = [
  defineRollup({
    name: 'total',
    by: null,
    slice: 'minute',
    metrics: everything,
    identity: true,
    cumulative: true,
  }),
  ...['category', 'country', 'region', 'channel', 'payment_method'].map((by) =>
    defineRollup({ name: by, by, slice: 'minute', metrics: everything, identity: true }),
  ),
  defineRollup({
    name: 'hour_of_day',
    by: 'hour_of_day',
    slice: 'hour',
    metrics: everything,
    identity: true,
  }),
  // Millions of keys: distinct counts only where a metric asks for them (see `withIdentityEverywhere`).
  ...['merchant', 'product'].map((by) =>
    defineRollup({ name: by, by, slice: 'hour', metrics: additive, identity: false }),
  ),
];

/** The metrics, dimensions and rollups that a board has without any configuration. */
export const defaultCatalogue: Catalogue = { metrics, dimensions, rollups };

/** The same catalogue with every base metric and identity in every rollup: exact for any range, at more memory. */
export function withIdentityEverywhere(catalogue: Catalogue): Catalogue {
  const base = catalogue.metrics.filter(isBaseMetric).map((metric) => metric.name);
  return {
    ...catalogue,
    rollups: catalogue.rollups.map((rollup) => ({ ...rollup, metrics: base, identity: true })),
  };
}
