'use client';

import NumberFlow from '@number-flow/react';
import { useFormats } from '../format/format-provider.tsx';

/** Ends on the value and never swings past it; shorter than the usual distance between two frames. */
const settle: EffectTiming = { duration: 420, easing: 'cubic-bezier(0.2, 0, 0.1, 1)' };
const fade: EffectTiming = { duration: 240, easing: 'ease-out' };

/** Digits that roll from one confirmed value to the next. `text` is exact decimal text. */
export function RollingNumber(props: {
  readonly text: `${number}`;
  readonly fractionDigits: number;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly className?: string;
}) {
  const { language } = useFormats();
  return (
    <NumberFlow
      className={props.className}
      value={props.text}
      locales={language}
      format={{ minimumFractionDigits: props.fractionDigits, maximumFractionDigits: props.fractionDigits }}
      prefix={props.prefix}
      suffix={props.suffix}
      transformTiming={settle}
      spinTiming={settle}
      opacityTiming={fade}
      willChange
    />
  );
}
