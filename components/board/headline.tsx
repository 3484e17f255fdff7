'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { useInfo, useRefusal, useReplaying, useView } from '../live/use-live.ts';
import { useFiltered } from './board-filter.ts';
import { Change } from './change.tsx';
import { compareElapsed } from './elapsed-comparison.ts';
import { figureData } from './figure.tsx';
import styles from './headline.module.css';
import { fitHeadline } from './headline-fit.ts';
import { RestatedMark } from './restated-mark.tsx';
import { RollingNumber } from './rolling-number.tsx';
import { useSaleDay } from './sale-day.tsx';
import { totalView } from './sale-views.ts';
import { useBox } from './use-box.ts';

/** The day's GMV: only confirmed values, in as many digits as fit at 8 % of the screen's height or more. */
export function Headline(props: { readonly most?: number }) {
  const t = useTranslations('headline');
  const spec = useFiltered(totalView);
  const view = useView(spec);
  const refused = useRefusal(spec) !== null;
  const replaying = useReplaying(spec);
  const info = useInfo();
  const [frame, box] = useBox();
  const value = view?.rows[0]?.[1] ?? null;
  return (
    <section className={styles.headline} aria-labelledby="headline-title">
      <h2 id="headline-title" className={styles.title}>
        {t('title')} <span className={styles.when}>{t('today')}</span>
        {spec.filter && <span className={styles.when}>{t(replaying ? 'replaying' : 'filtered')}</span>}
      </h2>
      <div ref={frame} className={styles.frame} data-replaying={replaying}>
        {value !== null && info && box ? (
          <Digits
            value={value}
            digits={info.minorDigits}
            epoch={view?.epoch ?? 0}
            width={box.width}
            screenHeight={box.screenHeight}
            most={props.most ?? 0.11}
          />
        ) : refused ? (
          <p className={styles.digits} style={{ fontSize: '2em' }}>
            –
          </p>
        ) : (
          <div className={styles.skeleton} />
        )}
      </div>
      <Against />
    </section>
  );
}

function Digits(props: {
  readonly value: number;
  readonly digits: number;
  readonly epoch: number;
  readonly width: number;
  readonly screenHeight: number;
  readonly most: number;
}) {
  const { figures } = useFormats();
  const { value, digits, width, screenHeight, most } = props;
  const exact = figures.full('money', value);
  const whole = (value - (value % 10 ** digits)) / 10 ** digits;
  const short = figures.compactParts('money', value);
  const forms = [
    { text: exact, small: digits > 0 ? digits + 1 : 0 },
    { text: exact.slice(0, digits > 0 ? -(digits + 1) : undefined), small: 0 },
    { text: figures.compact('money', value), small: 0 },
  ];
  const { form, fontPx } = fitHeadline({ forms, width, screenHeight, most });
  const written =
    form === 2
      ? { amount: short.amount, fractionDigits: short.fractionDigits, suffix: short.unit }
      : { amount: whole, fractionDigits: 0 };
  const fraction = form === 0 && digits > 0 && { tail: exact.slice(-digits - 1), tailClass: styles.fraction };
  const data = figureData({ metric: 'gmv', value, epoch: props.epoch });
  return (
    <>
      <p className={styles.digits} style={{ fontSize: fontPx }} title={exact} {...data}>
        <span className={styles.symbol}>{figures.currencySymbol}</span>
        <RollingNumber {...written} {...fraction} />
      </p>
      {form === 2 && short.unit !== '' && (
        <p className={styles.exact} {...data}>
          {exact}
        </p>
      )}
    </>
  );
}

/** Today's closed minutes against the same number of minutes of the comparison day. */
function Against() {
  const t = useTranslations('comparison');
  const { figures, clock } = useFormats();
  const { today, comparison, comparisonState, comparisonRestated, closed } = useSaleDay();
  if (comparisonState === 'not_kept') return <p className={styles.against}>{t('notKept')}</p>;
  if (comparisonState === 'unknown' || !today) return <p className={styles.against}>&nbsp;</p>;
  if (comparisonState === 'none') return <p className={styles.against}>{t('none')}</p>;
  if (!comparison) return <p className={styles.against}>{t('notLoaded')}</p>;
  if (closed === 0) return <p className={styles.against}>{t('waiting')}</p>;
  const { before, change } = compareElapsed('gmv', { today, comparison, closed });
  return (
    <p className={styles.against}>
      <Change ratio={change} />
      <span title={figures.full('money', before)}>
        {t('sameMinute', {
          value: figures.compact('money', before),
          date: clock.date(comparison.startMs),
        })}
      </span>
      <RestatedMark days={comparisonRestated ? 1 : 0} comparison />
    </p>
  );
}
