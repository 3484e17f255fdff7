import type { Marketplace } from './marketplace.ts';
import { below, mix } from './mix.ts';

/** What all events of an order share; indexes into the marketplace, −1 for null. */
export interface OrderDraft {
  buyer: number;
  country: number;
  region: number;
  channel: number;
  paymentMethod: number;
}

/** What all events of an order line share. */
export interface LineDraft {
  product: number;
  quantity: number;
  /** Line total in minor units. */
  amountMinor: number;
}

const GUEST_PERCENT = 2;
/** Units of a line; most have one. */
const QUANTITIES = [2, 2, 2, 2, 3, 3, 4, 5] as const;
const QUANTITY_ODDS = 48;

/** Writes the attributes of order `index`: hashes of (seed, index), nothing else. */
export function orderOf(market: Marketplace, seed: number, index: number, out: OrderDraft): void {
  out.buyer = below(mix(seed, index, 11), 100) < GUEST_PERCENT ? -1 : market.pickBuyer(mix(seed, index, 12));
  out.country = market.pickCountry(mix(seed, index, 13));
  out.region = market.pickRegion(out.country, mix(seed, index, 14));
  out.channel = market.pickChannel(mix(seed, index, 15));
  out.paymentMethod = market.pickPaymentMethod(mix(seed, index, 16));
}

/** Writes the attributes of one line (from 1) of order `index`. */
export function lineOf(market: Marketplace, seed: number, index: number, line: number, out: LineDraft): void {
  const hash = mix(seed, index, 20 + line);
  out.product = market.pickProduct(hash);
  const odds = mix(hash, index, 17);
  out.quantity = QUANTITIES[odds % QUANTITY_ODDS] ?? 1;
  const discountPercent = (odds >>> 8) % 16;
  out.amountMinor = Math.floor(
    (market.priceMinorOf[out.product]! * out.quantity * (100 - discountPercent)) / 100,
  );
}
