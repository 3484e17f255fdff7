import type { EChartsCoreOption } from 'echarts/core';
import type { Row } from '../../engine/protocol/view.ts';
import type { ChartFrame } from './chart-theme.ts';
import { countryNumericCode } from './country-codes.ts';
import { equalEarth } from './equal-earth.ts';
import { tooltipStyle } from './tooltip-style.ts';

/** Name under which the atlas is registered with echarts; its regions are named by numeric code. */
export const WORLD_MAP = 'world';

export interface CountryValue {
  /** Numeric ISO 3166-1 code, the atlas's id. */
  readonly id: string;
  readonly alpha2: string;
  readonly value: number;
  /** 0 (little) … 4 (much). */
  readonly step: number;
}

const STEPS = 5;

/** Rows keyed by alpha-2 code as places on the map; keys that are no country of the table are left out. */
export function countryValues(rows: readonly Row[]): CountryValue[] {
  const known = rows.flatMap(([key, value]) => {
    const id = typeof key === 'string' ? countryNumericCode(key) : null;
    return id !== null && typeof key === 'string' && typeof value === 'number' && value > 0
      ? [{ id, alpha2: key, value }]
      : [];
  });
  const logs = known.map(({ value }) => Math.log10(value));
  const top = Math.max(...logs);
  // Figures of countries lie orders of magnitude apart: steps of a logarithm, over four of them at most.
  const bottom = Math.max(Math.min(...logs), top - 4);
  const span = Math.max(top - bottom, 1e-9);
  return known.map((country, i) => {
    const position = ((logs[i] ?? bottom) - bottom) / span;
    return { ...country, step: Math.max(0, Math.min(STEPS - 1, Math.floor(position * STEPS))) };
  });
}

/** Countries shaded by their figure. */
export function worldMapOptions(
  countries: readonly CountryValue[],
  text: { readonly name: (alpha2: string) => string; readonly value: (value: number) => string },
  frame: ChartFrame,
): EChartsCoreOption {
  const { theme } = frame;
  const byId = new Map(countries.map((country) => [country.id, country]));
  return {
    animation: false,
    tooltip: {
      trigger: 'item',
      ...tooltipStyle(theme),
      formatter: ({ name }: { name: string }) => {
        const country = byId.get(name);
        if (!country) return '';
        return `${text.name(country.alpha2)}<br><b>${text.value(country.value)}</b>`;
      },
    },
    series: [
      {
        type: 'map',
        map: WORLD_MAP,
        roam: false,
        projection: equalEarth,
        // The Pacific's edges hold next to nothing: let the land have the room.
        left: '-16%',
        right: '-5%',
        top: 0,
        bottom: 0,
        preserveAspect: 'contain',
        selectedMode: false,
        itemStyle: { areaColor: theme.land, borderColor: theme.panel, borderWidth: 0.6 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: theme.text } },
        data: countries.map(({ id, value, step }) => {
          const itemStyle = { areaColor: theme.scale[step] };
          return { name: id, value, itemStyle, emphasis: { itemStyle } };
        }),
      },
    ],
  };
}
