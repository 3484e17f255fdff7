'use client';

import type { Unit } from '../format/figure-format.ts';
import type { ViewFigures } from '../live/use-live.ts';
import { useKeyName } from '../messages/use-key-name.ts';
import { Figure } from './figure.tsx';
import { OnlyThis } from './only-this.tsx';
import styles from './ranking.module.css';

/** So many rows are not spread over the whole height. */
const FEW = 6;

/** Keys by their figure, each with a bar relative to the first. */
export function Ranking(props: {
  readonly view: ViewFigures;
  readonly unit: Unit;
  /** Rows that have room; all without it. */
  readonly most?: number;
  /** A click on a key narrows the board to it. */
  readonly narrows?: boolean;
}) {
  const { view, unit } = props;
  const dimension = view.spec.dimension ?? 'total';
  const metric = view.spec.metrics[0] ?? '';
  const nameOf = useKeyName(dimension);
  const rows = view.rows.slice(0, props.most);
  const top = Math.max(...rows.map((row) => row[1] ?? 0), 1);
  return (
    <ol className={styles.ranking} data-few={rows.length < FEW}>
      {rows.map(([key, value], i) => (
        <li key={String(key)} className={styles.row}>
          <span className={styles.rank}>{i + 1}</span>
          {props.narrows ? (
            <OnlyThis className={styles.name} dimension={dimension} rowKey={key} />
          ) : (
            <span className={styles.name} title={nameOf(key)}>
              {nameOf(key)}
            </span>
          )}
          <Figure
            className={styles.value}
            unit={unit}
            metric={metric}
            dimension={dimension}
            rowKey={key}
            value={value ?? null}
            epoch={view.epoch}
          />
          <span className={styles.track} aria-hidden="true">
            <span
              className={styles.bar}
              style={{ transform: `scaleX(${Math.max(0, (value ?? 0) / top)})` }}
            />
          </span>
        </li>
      ))}
    </ol>
  );
}
