/** A metric as the screen needs it; the catalogue's titles and units, without the formula. */
export interface MetricSummary {
  readonly name: string;
  readonly title: { readonly en: string; readonly 'zh-CN': string };
  readonly unit: 'money' | 'count' | 'ratio';
  /** Whether it is counted itself; all others are made of such ones. */
  readonly base: boolean;
}
