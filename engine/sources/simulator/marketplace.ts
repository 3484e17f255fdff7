import { below, mix } from './mix.ts';
import { createWeightedPick, type WeightedPick, zipfWeights } from './weighted-pick.ts';

export const BUYERS = 200_000;
const PRODUCTS = 5_000;
const MERCHANTS = 400;

/** What is sold, by whom, to whom and from where: names, prices and the odds of each. Indexes are positions. */
export interface Marketplace {
  readonly products: readonly string[];
  readonly merchants: readonly string[];
  readonly categories: readonly string[];
  /** Per product. */
  readonly categoryOf: Uint8Array;
  readonly merchantOf: Uint16Array;
  readonly priceMinorOf: Float64Array;
  readonly countries: readonly string[];
  readonly regions: readonly string[];
  readonly channels: readonly string[];
  readonly paymentMethods: readonly string[];
  readonly pickProduct: WeightedPick;
  readonly pickBuyer: WeightedPick;
  readonly pickCountry: WeightedPick;
  /** A region of the country, −1 where the country has none. */
  pickRegion(country: number, hash: number): number;
  readonly pickChannel: WeightedPick;
  readonly pickPaymentMethod: WeightedPick;
}

/** Category, its weight among products, and its products with their usual price in minor units. */
const CATEGORIES: readonly (readonly [string, number, Readonly<Record<string, number>>])[] = [
  [
    'Phones',
    8,
    {
      Smartphone: 249_900,
      'Foldable Phone': 599_900,
      'Phone Case': 3_900,
      'Power Bank': 9_900,
      Charger: 5_900,
    },
  ],
  [
    'Electronics',
    10,
    { Earbuds: 29_900, 'Smart Watch': 69_900, Tablet: 159_900, Laptop: 399_900, Speaker: 19_900 },
  ],
  [
    'Appliances',
    8,
    { 'Robot Vacuum': 149_900, 'Air Fryer': 24_900, 'Rice Cooker': 26_900, Fan: 15_900, Fridge: 219_900 },
  ],
  [
    'Beauty',
    12,
    { 'Face Serum': 21_900, Lipstick: 12_900, Sunscreen: 9_900, 'Sheet Masks': 7_900, Perfume: 32_900 },
  ],
  [
    'Fashion',
    16,
    { 'Down Jacket': 49_900, Sweater: 15_900, Jeans: 13_900, 'Silk Dress': 25_900, Hoodie: 11_900 },
  ],
  ['Shoes', 8, { 'Running Shoes': 34_900, Sneakers: 22_900, Boots: 36_900, Sandals: 9_900, Loafers: 18_900 }],
  [
    'Groceries',
    11,
    { 'Mixed Nuts': 5_900, 'Green Tea': 8_900, Coffee: 6_900, 'Olive Oil': 7_900, Noodles: 2_900 },
  ],
  [
    'Home',
    9,
    { 'Bed Linen': 19_900, 'Desk Lamp': 9_900, 'Storage Box': 3_900, Cookware: 23_900, Curtains: 12_900 },
  ],
  [
    'Baby',
    6,
    { Diapers: 11_900, 'Infant Formula': 27_900, Stroller: 69_900, 'Picture Book': 3_900, Bottle: 5_900 },
  ],
  ['Sports', 6, { 'Yoga Mat': 7_900, Tent: 32_900, Dumbbells: 15_900, Helmet: 12_900, Racket: 19_900 }],
  [
    'Toys',
    4,
    { Bricks: 16_900, Puzzle: 4_900, 'Plush Bear': 5_900, 'Model Train': 21_900, 'Board Game': 8_900 },
  ],
  [
    'Pets',
    4,
    { 'Cat Food': 8_900, 'Dog Food': 12_900, 'Cat Litter': 4_900, 'Pet Bed': 7_900, 'Chew Toy': 2_900 },
  ],
];

const MERCHANT_FIRST =
  'Aurora Bamboo Cedar Crane Coral Dragonfly Ember Evergreen Falcon Golden Harbor Indigo Jade Lantern Lotus Maple Orchid Pearl River Silver'.split(
    ' ',
  );
const MERCHANT_SECOND =
  'Atelier Bazaar Boutique Collective Company Corner Direct Emporium Flagship Gallery House Market Mall Outlet Place Select Shop Store Studio Works'.split(
    ' ',
  );

/** ISO 3166-1 alpha-2 and weight. */
const COUNTRIES: readonly (readonly [string, number])[] = [
  ['CN', 58],
  ['US', 6],
  ['JP', 4],
  ['KR', 3.4],
  ['RU', 2.6],
  ['MY', 2.4],
  ['TH', 2.2],
  ['ID', 2.1],
  ['VN', 1.9],
  ['SG', 1.8],
  ['AU', 1.7],
  ['GB', 1.6],
  ['DE', 1.5],
  ['FR', 1.3],
  ['BR', 1.3],
  ['CA', 1.1],
  ['ES', 1.1],
  ['PH', 1],
  ['IN', 0.9],
  ['MX', 0.8],
  ['IT', 0.8],
  ['NL', 0.6],
  ['AE', 0.6],
  ['SA', 0.6],
  ['NZ', 0.4],
  ['ZA', 0.3],
];

/** The first region of a country is the most frequent. */
const REGIONS: Readonly<Record<string, string>> = {
  CN: 'Guangdong Zhejiang Jiangsu Shanghai Shandong Beijing Sichuan Fujian Henan Hubei Hunan Anhui Hebei Liaoning Shaanxi Chongqing Tianjin Jiangxi Yunnan Guangxi',
  US: 'California Texas New_York Florida Illinois Washington',
  JP: 'Tokyo Osaka Kanagawa Aichi Fukuoka',
  KR: 'Seoul Gyeonggi Busan',
  RU: 'Moscow Saint_Petersburg Novosibirsk',
  AU: 'New_South_Wales Victoria Queensland',
  GB: 'England Scotland Wales',
  DE: 'Bavaria Berlin Hesse',
};

/** A product's price in percent of the usual one of its kind. */
const PRICE_PERCENT = [45, 55, 65, 70, 75, 80, 85, 90, 95, 100, 105, 115, 130, 150, 190, 260] as const;

/** A number for the product of its kind's `rank`, each once: 37 and 101 share no divisor. */
const numberOf = (rank: number, shift: number): number =>
  1 + ((rank * 37 + shift) % 101) + 101 * Math.floor(rank / 101);

/** Builds the catalogue of a seed: the same one in every process. */
export function createMarketplace(seed: number): Marketplace {
  const pickCategory = createWeightedPick(CATEGORIES.map(([, weight]) => weight));
  const categoryOf = new Uint8Array(PRODUCTS);
  const merchantOf = new Uint16Array(PRODUCTS);
  const priceMinorOf = new Float64Array(PRODUCTS);
  const kinds = CATEGORIES.map(([, , kind]) => Object.entries(kind));
  const ranks = new Map<string, number>();
  const products: string[] = [];
  for (let product = 0; product < PRODUCTS; product++) {
    const category = pickCategory(mix(seed, product, 1));
    const nouns = kinds[category]!;
    const kind = below(mix(seed, product, 2), nouns.length);
    const [noun, usualMinor] = nouns[kind]!;
    const rank = ranks.get(noun) ?? 0;
    ranks.set(noun, rank + 1);
    products.push(`${noun} ${numberOf(rank, category * 23 + kind * 31)}`);
    categoryOf[product] = category;
    // A merchant keeps to one category.
    const sellers = Math.ceil((MERCHANTS - category) / CATEGORIES.length);
    const place = Math.floor(
      (below(mix(seed, product, 3), sellers) * (1 + below(mix(seed, product, 4), 100))) / 100,
    );
    merchantOf[product] = category + place * CATEGORIES.length;
    const percent = PRICE_PERCENT[below(mix(seed, product, 5), PRICE_PERCENT.length)]!;
    // Prices end in 90 minor units of a hundred, as prices do.
    priceMinorOf[product] = Math.floor((usualMinor * percent) / 10_000) * 100 + 90;
  }
  const regions: string[] = [];
  const regionsOf = COUNTRIES.map(([country]) => {
    const names = REGIONS[country]?.split(' ').map((name) => name.replaceAll('_', ' ')) ?? [];
    const first = regions.length;
    regions.push(...names);
    return names.length === 0 ? null : { first, pick: createWeightedPick(zipfWeights(names.length, 3)) };
  });
  return {
    products,
    merchants: Array.from({ length: MERCHANTS }, (_, i) => {
      const second = MERCHANT_SECOND[(i + Math.floor(i / 20)) % 20]!;
      return `${MERCHANT_FIRST[i % 20]!} ${second}`;
    }),
    categories: CATEGORIES.map(([name]) => name),
    categoryOf,
    merchantOf,
    priceMinorOf,
    countries: COUNTRIES.map(([code]) => code),
    regions,
    channels: ['app', 'live_stream', 'mini_program', 'web', 'store'],
    paymentMethods: ['alipay', 'wechat_pay', 'card', 'bank_transfer', 'cod'],
    pickProduct: createWeightedPick(zipfWeights(PRODUCTS, 12)),
    pickBuyer: createWeightedPick(zipfWeights(BUYERS, 4_000)),
    pickCountry: createWeightedPick(COUNTRIES.map(([, weight]) => weight)),
    pickRegion(country, hash) {
      const own = regionsOf[country];
      return own ? own.first + own.pick(hash) : -1;
    },
    pickChannel: createWeightedPick([52, 19, 13, 11, 5]),
    pickPaymentMethod: createWeightedPick([56, 26, 11, 4, 3]),
  };
}
