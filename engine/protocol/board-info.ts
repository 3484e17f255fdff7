type Title = { readonly en: string; readonly 'zh-CN': string };

/** A dimension that views may be filtered by, also together with others. */
export interface DimensionSummary {
  readonly name: string;
  readonly title: Title;
}

/** A metric as the screen needs it; the catalogue's titles and units, without the formula. */
export interface MetricSummary {
  readonly name: string;
  readonly title: Title;
  readonly unit: 'money' | 'count' | 'ratio';
  /** Whether it is counted itself; all others are made of such ones. */
  readonly base: boolean;
}
