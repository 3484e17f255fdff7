'use client';

import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { useDataTo, useView } from '../live/use-live.ts';
import { useFiltered } from './board-filter.ts';
import { totalView } from './sale-views.ts';

const EVERY_MS = 30_000;

/** Says the GMV at human pace to those who listen: politely, every 30 s. */
export function SpokenHeadline() {
  const t = useTranslations('headline');
  const { figures, clock } = useFormats();
  const spec = useFiltered(totalView);
  const value = useView(spec)?.rows[0]?.[1] ?? null;
  const dataToMs = useDataTo();
  const [said, setSaid] = useState('');
  const text =
    value === null || dataToMs === null
      ? ''
      : t(spec.filter ? 'spokenFiltered' : 'spoken', {
          value: figures.compact('money', value),
          time: clock.minute(dataToMs),
        });
  const latest = useRef(text);
  latest.current = text;
  const ready = text !== '';
  useEffect(() => {
    if (!ready) return;
    setSaid(latest.current);
    const timer = setInterval(() => setSaid(latest.current), EVERY_MS);
    return () => clearInterval(timer);
  }, [ready]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}
