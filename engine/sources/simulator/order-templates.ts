import type { EventType } from '../../events/order-schema.ts';

/** One stage of an order's life and how many events of the stream pass between the stage before and it. */
export interface Stage {
  readonly type: EventType;
  readonly afterEvents: number;
  /** `all` lines of the order, or its last one only. */
  readonly lines: 'all' | 'last';
  /** Percent of the line's amount. */
  readonly percent: number;
}

/** A kind of order: its number of lines and what becomes of it. */
export interface OrderTemplate {
  readonly lines: number;
  readonly stages: readonly Stage[];
}

const stage = (
  type: EventType,
  afterEvents: number,
  lines: 'all' | 'last' = 'all',
  percent = 100,
): Stage => ({
  type,
  afterEvents,
  lines,
  percent,
});

// At the default 50/s a sale day has about 14 events a second on average and 10 by day: 100 events are some
// ten seconds, 45,000 about an hour.
const created = stage('created', 0);
const shipped = stage('shipped', 45_000);
const delivered = stage('delivered', 130_000);

/** Fates and how many orders of each a block has; the numbers leave four of its 1,360 slots to special events. */
const FATES: readonly { readonly orders: number; readonly stages: readonly Stage[] }[] = [
  { orders: 84, stages: [created, stage('paid', 100), shipped, delivered] },
  { orders: 34, stages: [created, stage('paid', 240), shipped, delivered] },
  { orders: 12, stages: [created, stage('paid', 6_000), shipped, delivered] },
  { orders: 6, stages: [created, stage('payment_failed', 90), stage('paid', 300), shipped, delivered] },
  { orders: 4, stages: [created, stage('payment_failed', 120)] },
  { orders: 7, stages: [created, stage('cancelled', 9_000)] },
  { orders: 4, stages: [created, stage('paid', 150), stage('cancelled', 4_000), stage('refunded', 600)] },
  { orders: 3, stages: [created, stage('paid', 130), shipped, delivered, stage('refunded', 40_000)] },
  { orders: 5, stages: [created, stage('paid', 110), shipped, delivered, stage('refunded', 30_000, 'last')] },
  { orders: 2, stages: [created, stage('paid', 170), shipped, stage('refunded', 70_000, 'last', 40)] },
  { orders: 4, stages: [created] },
];

/** Lines of twenty orders in turn: nine have one, one has six; 2.1 on average. */
const LINES = [1, 2, 1, 3, 1, 2, 1, 4, 2, 1, 1, 3, 2, 1, 5, 1, 2, 3, 6, 1] as const;

/** The orders that every block creates, the same number of each kind in each. */
export const ORDER_TEMPLATES: readonly OrderTemplate[] = FATES.flatMap(({ orders, stages }) =>
  Array.from({ length: orders }, (_, i) => ({
    lines: LINES[(i * 7 + stages.length) % LINES.length]!,
    stages,
  })),
);
