'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl/react';
import { Switch } from '../../board/switch.tsx';
import styles from './form.module.css';
import { MOST_PERMILLE, MOST_THREADS, usePlanAddress, WHEN } from './plan-address.ts';

/** When, on how many threads, and who approves. */
export function DraftManner() {
  const t = useTranslations('draft');
  const id = useId();
  const [{ when, threads, auto }, setAddress] = usePlanAddress();
  return (
    <>
      <fieldset className={styles.part}>
        <legend>{t('when')}</legend>
        <div className={styles.inLine}>
          <Switch
            label={t('when')}
            value={when}
            onChange={(chosen) => void setAddress({ when: chosen })}
            options={WHEN.map((value) => ({ value, text: t(`whens.${value}`) }))}
          />
          <label className={styles.threads} htmlFor={`${id}threads`}>
            {t('threads')}
            <WholeNumber
              id={`${id}threads`}
              value={threads}
              least={1}
              most={MOST_THREADS}
              onChange={(value) => void setAddress({ threads: value })}
            />
          </label>
        </div>
        <p className={styles.hint}>{t(`whenHint.${when}`)}</p>
      </fieldset>
      <fieldset className={styles.part}>
        <legend>{t('approval')}</legend>
        <div className={styles.choices}>
          <label>
            <input
              type="radio"
              name={`${id}approval`}
              checked={auto === null}
              onChange={() => void setAddress({ auto: null })}
            />
            {t('manual')}
          </label>
          <label>
            <input
              type="radio"
              name={`${id}approval`}
              checked={auto !== null}
              onChange={() => void setAddress({ auto: 0 })}
            />
            {t('auto')}
          </label>
        </div>
        {auto !== null && (
          <label className={styles.threads} htmlFor={`${id}permille`}>
            {t('permille')}
            <WholeNumber
              id={`${id}permille`}
              value={auto}
              least={0}
              most={MOST_PERMILLE}
              onChange={(value) => void setAddress({ auto: value })}
            />
            ‰
          </label>
        )}
        <p className={styles.hint}>
          {t(auto === null ? 'manualHint' : auto === 0 ? 'autoHint' : 'upToHint')}
        </p>
      </fieldset>
    </>
  );
}

function WholeNumber(props: {
  readonly id: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}) {
  const { id, value, least, most, onChange } = props;
  return (
    <input
      id={id}
      type="number"
      className={styles.number}
      min={least}
      max={most}
      value={value}
      onChange={({ target }) =>
        onChange(Math.min(most, Math.max(least, Math.trunc(target.valueAsNumber) || least)))
      }
    />
  );
}
