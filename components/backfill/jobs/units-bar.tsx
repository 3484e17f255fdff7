'use client';

import { useTranslations } from 'use-intl/react';
import type { UnitTally } from '../../../engine/protocol/jobs.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { allUnits, UNIT_KINDS, unitsByKind } from './unit-kind.ts';
import styles from './units-bar.module.css';

/** A job's days by state, as one bar; its label says the same in words. */
export function UnitsBar({ units }: { readonly units: UnitTally }) {
  const t = useTranslations('jobs.unit');
  const { figures } = useFormats();
  const kinds = unitsByKind(units);
  const shown = UNIT_KINDS.filter((kind) => kinds[kind] > 0);
  const label = shown.map((kind) => `${t(kind)} ${figures.full('count', kinds[kind])}`).join(', ');
  return (
    <span
      className={styles.bar}
      role="img"
      aria-label={label || t('none')}
      data-done={units.done}
      data-units={allUnits(units)}
    >
      {shown.map((kind) => (
        <span key={kind} data-kind={kind} style={{ flexGrow: kinds[kind] }} />
      ))}
    </span>
  );
}
