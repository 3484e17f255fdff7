'use client';

import { memo } from 'react';
import styles from './calendar.module.css';
import type { DayLook } from './day-look.ts';

/** What a day's square needs besides its number. */
export interface DayFace {
  readonly label: string;
  readonly look: DayLook;
  readonly heat: number;
  readonly spoken: string;
}

/** One day: its state by colour and by pattern. */
export const DaySquare = memo(function DaySquare(props: {
  readonly number: number;
  readonly face: DayFace;
  readonly chosen: boolean;
  /** The one square that Tab leads to. */
  readonly tabbable: boolean;
}) {
  const { number, face, chosen, tabbable } = props;
  return (
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell of a table that is a grid.
      role="gridcell"
      className={styles.day}
      tabIndex={tabbable ? 0 : -1}
      aria-selected={chosen}
      aria-label={face.spoken}
      data-number={number}
      data-day={face.label}
      data-state={face.look}
      data-heat={face.heat}
    >
      <span>{Number(face.label.slice(8))}</span>
    </td>
  );
});
