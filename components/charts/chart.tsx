'use client';

import { useEffect, useRef } from 'react';
import { loadCode } from '../server/load-code.ts';
import styles from './chart.module.css';
import { type BuildOptions, type ChartLife, createChartLife } from './chart-life.ts';

/** The one place where a chart meets the page. It fills its parent; `label` says in words what it shows. */
export function Chart(props: {
  readonly build: BuildOptions;
  readonly label: string;
  /** Someone clicked on what has this name. */
  readonly onPick?: (name: string) => void;
}) {
  const { build, label } = props;
  const element = useRef<HTMLDivElement>(null);
  const life = useRef<ChartLife | null>(null);
  const latest = useRef(build);
  latest.current = build;
  const picked = useRef(props.onPick);
  picked.current = props.onPick;

  useEffect(() => {
    const unload = loadCode(
      () => import('./echarts-core.ts'),
      ({ loadEcharts }) => {
        if (!element.current) return;
        const echarts = loadEcharts();
        life.current = createChartLife({
          element: element.current,
          init(target) {
            const chart = echarts.init(target, null, { renderer: 'canvas' });
            chart.on('click', ({ name }) => picked.current?.(name));
            return chart;
          },
        });
        life.current.draw(latest.current);
      },
    );
    return () => {
      unload();
      life.current?.dispose();
      life.current = null;
    };
  }, []);

  useEffect(() => life.current?.draw(build), [build]);

  return <div ref={element} className={styles.chart} role="img" aria-label={label} />;
}
