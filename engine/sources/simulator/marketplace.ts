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

/** Category, weight among products, usual price in minor units, its products. */
const CATEGORIES: readonly (readonly [string, number, number, readonly string[]])[] = [
  ['Phones', 8, 259_900, ['Smartphone', 'Foldable Phone', 'Phone Case', 'Power Bank', 'Fast Charger']],
  ['Electronics', 10, 79_900, ['Wireless Earbuds', 'Smart Watch', 'Tablet', 'Laptop', 'Bluetooth Speaker']],
  ['Appliances', 8, 109_900, ['Robot Vacuum', 'Air Fryer', 'Rice Cooker', 'Air Purifier', 'Washing Machine']],
  ['Beauty', 12, 19_900, ['Face Serum', 'Lipstick', 'Sunscreen', 'Sheet Masks', 'Perfume']],
  ['Fashion', 16, 23_900, ['Down Jacket', 'Knit Sweater', 'Jeans', 'Silk Dress', 'Hoodie']],
  ['Shoes', 8, 36_900, ['Running Shoes', 'Sneakers', 'Leather Boots', 'Sandals', 'Loafers']],
  ['Groceries', 11, 6_900, ['Mixed Nuts', 'Green Tea', 'Coffee Beans', 'Olive Oil', 'Instant Noodles']],
  ['Home', 9, 15_900, ['Bed Linen', 'Desk Lamp', 'Storage Box', 'Cookware Set', 'Curtains']],
  ['Baby', 6, 17_900, ['Diapers', 'Infant Formula', 'Stroller', 'Picture Book', 'Baby Bottle']],
  ['Sports', 6, 29_900, ['Yoga Mat', 'Tent', 'Dumbbells', 'Cycling Helmet', 'Badminton Racket']],
  ['Toys', 4, 12_900, ['Building Bricks', 'Puzzle', 'Plush Bear', 'Model Train', 'Board Game']],
  ['Pets', 4, 9_900, ['Cat Food', 'Dog Food', 'Cat Litter', 'Pet Bed', 'Chew Toy']],
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

/** Share of the usual price, in percent: most products of a category cost less than the usual price. */
const PRICE_PERCENT = [12, 18, 25, 32, 40, 50, 60, 75, 90, 100, 120, 150, 190, 240, 320, 450] as const;

/** Builds the catalogue of a seed: the same one in every process. */
export function createMarketplace(seed: number): Marketplace {
  const pickCategory = createWeightedPick(CATEGORIES.map(([, weight]) => weight));
  const categoryOf = new Uint8Array(PRODUCTS);
  const merchantOf = new Uint16Array(PRODUCTS);
  const priceMinorOf = new Float64Array(PRODUCTS);
  const numbers = new Map<string, number>();
  const products: string[] = [];
  for (let product = 0; product < PRODUCTS; product++) {
    const category = pickCategory(mix(seed, product, 1));
    const [, , usualMinor, nouns] = CATEGORIES[category]!;
    const noun = nouns[below(mix(seed, product, 2), nouns.length)]!;
    const number = (numbers.get(noun) ?? 0) + 1;
    numbers.set(noun, number);
    products.push(`${noun} ${number}`);
    categoryOf[product] = category;
    // A merchant keeps to one category.
    const sellers = Math.ceil((MERCHANTS - category) / CATEGORIES.length);
    const rank = Math.floor(
      (below(mix(seed, product, 3), sellers) * (1 + below(mix(seed, product, 4), 100))) / 100,
    );
    merchantOf[product] = category + rank * CATEGORIES.length;
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
