'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl/react';
import type { JobUnit, UnitTally } from '../../../engine/protocol/jobs.ts';
import filters from '../../dead-letters/dead-letters.module.css';
import { useFormats } from '../../format/format-provider.tsx';
import cards from '../../ops/card.module.css';
import { Card } from '../../ops/card.tsx';
import { useJobAddress } from './job-address.ts';
import { UnitDetail, UnitFailures } from './unit-detail.tsx';
import { UnitGrid } from './unit-grid.tsx';
import { allUnits, kindOf, UNIT_KINDS, type UnitKind, unitsByKind } from './unit-kind.ts';
import styles from './units-card.module.css';

/** Every day of the job by its state, and what became of the chosen one. */
export function UnitsCard(props: { readonly units: readonly JobUnit[]; readonly tally: UnitTally }) {
  const { units, tally } = props;
  const t = useTranslations('jobs.unit');
  const [{ units: kind, unit: chosen }, setAddress] = useJobAddress();
  const shown = useMemo(
    () => (kind === null ? units : units.filter((unit) => kindOf(unit) === kind)),
    [units, kind],
  );
  const unit = useMemo(() => units.find(({ day }) => day === chosen) ?? null, [units, chosen]);
  return (
    <Card title={t('title')}>
      <div className={styles.units}>
        <KindFilter tally={tally} kind={kind} onChange={(units) => void setAddress({ units })} />
        {shown.length === 0 ? (
          <p className={cards.empty}>{t('none')}</p>
        ) : (
          <UnitGrid units={shown} chosen={chosen} choose={(unit) => void setAddress({ unit })} />
        )}
        <UnitDetail unit={unit} />
        {tally.failed > 0 && <UnitFailures units={units} choose={(unit) => void setAddress({ unit })} />}
      </div>
    </Card>
  );
}

function KindFilter(props: {
  readonly tally: UnitTally;
  readonly kind: UnitKind | null;
  readonly onChange: (kind: UnitKind | null) => void;
}) {
  const { tally, kind, onChange } = props;
  const t = useTranslations('jobs.unit');
  const { figures } = useFormats();
  const counts = unitsByKind(tally);
  const offered = [null, ...UNIT_KINDS.filter((one) => counts[one] > 0 || one === kind)];
  return (
    <fieldset className={filters.choices}>
      <legend>{t('filter')}</legend>
      {offered.map((one) => (
        <label key={one} className={filters.choice}>
          <input type="radio" name="units" checked={one === kind} onChange={() => onChange(one)} />
          <span>
            <i className={styles.mark} data-kind={one ?? 'any'} aria-hidden="true" />
            {t(one ?? 'any')} <b>{figures.full('count', one === null ? allUnits(tally) : counts[one])}</b>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
