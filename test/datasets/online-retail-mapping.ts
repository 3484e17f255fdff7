import type { FieldMap } from '../../engine/datasets/field-map.ts';

/** The publisher's own columns of Online Retail, by a field map and by a SELECT. */

const COUNTRIES: Readonly<Record<string, string>> = {
  Australia: 'AU',
  Austria: 'AT',
  Bahrain: 'BH',
  Belgium: 'BE',
  Brazil: 'BR',
  Canada: 'CA',
  Cyprus: 'CY',
  'Czech Republic': 'CZ',
  Denmark: 'DK',
  EIRE: 'IE',
  Finland: 'FI',
  France: 'FR',
  Germany: 'DE',
  Greece: 'GR',
  'Hong Kong': 'HK',
  Iceland: 'IS',
  Israel: 'IL',
  Italy: 'IT',
  Japan: 'JP',
  Lebanon: 'LB',
  Lithuania: 'LT',
  Malta: 'MT',
  Netherlands: 'NL',
  Norway: 'NO',
  Poland: 'PL',
  Portugal: 'PT',
  RSA: 'ZA',
  'Saudi Arabia': 'SA',
  Singapore: 'SG',
  Spain: 'ES',
  Sweden: 'SE',
  Switzerland: 'CH',
  USA: 'US',
  'United Arab Emirates': 'AE',
  'United Kingdom': 'GB',
};
/** What the publisher has for a country, and is none. */
const REGIONS = ['Channel Islands', 'European Community', 'Unspecified'];

const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  postage: ['POST', 'DOT', 'C2'],
  manual: ['M', 'm'],
  discount: ['D'],
  samples: ['S'],
  bad_debt: ['B'],
  bank_charges: ['BANK CHARGES'],
  marketplace_fee: ['AMAZONFEE'],
  charity_commission: ['CRUK'],
};

const casesOf = (from: string, table: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(table).map(([is, theirs]) => ({ from, in: [...theirs], is }));

export const ONLINE_RETAIL_MAP: FieldMap = {
  event_id: { row: true },
  event_time: 'InvoiceDate',
  type: {
    cases: [
      { from: 'InvoiceNo', startsWith: 'C', is: 'refunded' },
      { from: 'Quantity', below: 0, is: 'refunded' },
      { from: 'UnitPrice', below: 0, is: 'refunded' },
    ],
    default: 'paid',
  },
  order_id: 'InvoiceNo',
  line: { row: true },
  buyer_id: 'CustomerID',
  product_id: { from: 'StockCode', letters: 'upper' },
  category: {
    cases: [
      ...casesOf('StockCode', CATEGORIES),
      { from: 'StockCode', startsWith: 'gift_', is: 'gift_voucher' },
    ],
    default: 'merchandise',
  },
  quantity: { from: 'Quantity', absolute: true },
  amount_minor: { from: 'UnitPrice', times: 'Quantity', unit: 'major', absolute: true, round: 'half_up' },
  currency: { constant: 'GBP' },
  country: {
    cases: Object.entries(COUNTRIES).map(([theirs, is]) => ({ from: 'Country', in: [theirs], is })),
  },
  region: { cases: REGIONS.map((is) => ({ from: 'Country', in: [is], is })) },
};

const whens = (table: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(table)
    .map(([is, theirs]) => `in (${theirs.map((text) => `'${text}'`).join(', ')}) then '${is}'`)
    .join(' when StockCode ');

export const ONLINE_RETAIL_SELECT = `
select
  'row-' || row_number() over () as event_id,
  InvoiceDate as event_time,
  case when InvoiceNo like 'C%' or Quantity < 0 or UnitPrice < 0 then 'refunded' else 'paid' end as type,
  InvoiceNo as order_id,
  row_number() over (partition by InvoiceNo) as line,
  CustomerID as buyer_id,
  upper(StockCode) as product_id,
  case when StockCode ${whens(CATEGORIES)}
    when starts_with(StockCode, 'gift_') then 'gift_voucher' else 'merchandise' end as category,
  abs(Quantity) as quantity,
  round(abs(Quantity * UnitPrice) * 100)::bigint as amount_minor,
  'GBP' as currency,
  case Country ${Object.entries(COUNTRIES)
    .map(([theirs, ours]) => `when '${theirs}' then '${ours}'`)
    .join(' ')} end as country,
  case when Country in (${REGIONS.map((text) => `'${text}'`).join(', ')}) then Country end as region
from source`;
