'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl/react';
import { useInfo } from '../live/use-live.ts';
import styles from './filter-bar.module.css';
import { FilterPicker } from './filter-picker.tsx';

/** Opens the choice of what the board is narrowed to. */
export function FilterButton() {
  const t = useTranslations('filter');
  const dimensions = useInfo()?.dimensions ?? [];
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={styles.open}
        aria-haspopup="dialog"
        disabled={dimensions.length === 0}
        onClick={() => setOpen(true)}
      >
        <svg viewBox="0 0 16 16" className={styles.funnel} aria-hidden="true">
          <path
            d="M2 3h12l-4.6 5.4v4.2l-2.8 1.2V8.400z"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.5"
            strokeLinejoin="round"
          />
        </svg>
        {t('button')}
      </button>
      {open && <FilterPicker dimensions={dimensions} onClose={() => setOpen(false)} />}
    </>
  );
}
