'use client';

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import { Chart } from '../charts/chart.tsx';
import type { ChartFrame } from '../charts/chart-theme.ts';
import { countryValues, worldMapOptions } from '../charts/world-map.ts';
import { useFormats } from '../format/format-provider.tsx';
import { useView } from '../live/use-live.ts';
import { useKeyName } from '../messages/use-key-name.ts';
import { loadCode } from '../server/load-code.ts';
import { useBoardFilter, useFiltered } from './board-filter.ts';
import styles from './map-panel.module.css';
import { Panel } from './panel.tsx';
import { Ranking } from './ranking.tsx';
import { countryView } from './sale-views.ts';

const LISTED = 7;

/** GMV by country, shaded; places too small for the map, and keys that are no country, are in the list. */
export function MapPanel(props: { readonly className?: string }) {
  const t = useTranslations('map');
  const { figures } = useFormats();
  const nameOf = useKeyName('country');
  const spec = useFiltered(countryView);
  const view = useView(spec);
  const filter = useBoardFilter();
  const [loaded, setLoaded] = useState(false);
  useEffect(() => {
    const load = () => import('../charts/load-world.ts').then(({ loadWorld }) => loadWorld());
    return loadCode(load, () => setLoaded(true));
  }, []);
  const rows = view?.rows;
  const countries = useMemo(() => countryValues(rows ?? []), [rows]);
  const build = useCallback(
    (frame: ChartFrame) =>
      worldMapOptions(countries, { name: nameOf, value: (value) => figures.compact('money', value) }, frame),
    [countries, nameOf, figures],
  );
  const pick = (id: string): void => {
    const country = countries.find((each) => each.id === id);
    if (country) filter.keep({ dimension: 'country', key: country.alpha2 });
  };
  const more = (rows?.length ?? 0) - LISTED;
  return (
    <Panel
      className={props.className}
      title={t('title')}
      note={more > 0 ? t('more', { count: more }) : undefined}
      state={!view ? 'loading' : view.rows.length === 0 ? 'empty' : 'ready'}
      view={spec}
      tools={
        <span className={styles.scale}>
          {t('little')}
          {[1, 2, 3, 4, 5].map((step) => (
            <i key={step} style={{ background: `var(--scale-${step})` }} />
          ))}
          {t('much')}
        </span>
      }
    >
      {view && (
        <div className={styles.split}>
          <div className={styles.map}>
            {loaded && <Chart build={build} label={t('label')} onPick={pick} />}
          </div>
          <div className={styles.list}>
            <Ranking view={view} unit="money" most={LISTED} narrows />
          </div>
        </div>
      )}
    </Panel>
  );
}
