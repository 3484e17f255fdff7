'use client';

import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslations } from 'use-intl/react';
import type { JobUnit } from '../../../engine/protocol/jobs.ts';
import { useBox } from '../../board/use-box.ts';
import { useFormats } from '../../format/format-provider.tsx';
import { kindOf } from './unit-kind.ts';
import { moveUnit, placeOfDay, type UnitRow, unitRows } from './unit-rows.ts';
import styles from './units-card.module.css';

/** Days in a row; the most that fit are taken. A month has at most 31. */
const WIDTHS = [31, 16, 11, 8] as const;
/** In ems of the grid: the month's name, the least width of a day, the height of a row. */
const LABEL_EM = 6.6;
const CELL_EM = 1.8;
const ROW_EM = 1.95;
/** Squares at work that may move at once; each that does is painted with every frame. */
const MOST_MOVING = 40;

/** Days as cells, a month a row where there is room. One is in the tab order; arrow keys go to the others. */
export function UnitGrid(props: {
  readonly units: readonly JobUnit[];
  readonly chosen: string | null;
  readonly choose: (day: string) => void;
}) {
  const { units, chosen, choose } = props;
  const t = useTranslations('jobs.unit');
  const { language } = useFormats();
  const monthName = useMemo(() => {
    const format = new Intl.DateTimeFormat(language, { month: 'short', year: 'numeric', timeZone: 'UTC' });
    return (month: string) => format.format(Date.parse(`${month}-01T00:00:00Z`));
  }, [language]);
  const [measure, box] = useBox();
  const scroll = useRef<HTMLDivElement>(null);
  const em = box?.fontPx ?? 14;
  const room = ((box?.width ?? 0) / em - LABEL_EM) / CELL_EM;
  const perRow = WIDTHS.find((width) => width <= room) ?? WIDTHS[WIDTHS.length - 1] ?? 8;
  const rows = useMemo(() => unitRows(units, perRow), [units, perRow]);
  const still = useMemo(() => units.filter(({ state }) => state === 'running').length > MOST_MOVING, [units]);
  const height = Math.round(ROW_EM * em);
  const reachable = chosen !== null && placeOfDay(rows, chosen) ? chosen : (units[0]?.day ?? null);
  const reachableRow = reachable === null ? null : (placeOfDay(rows, reachable)?.row ?? null);
  // Drawn also out of sight: Tab has to lead somewhere.
  const rangeExtractor = useCallback(
    (range: Range): number[] => {
      const inSight = defaultRangeExtractor(range);
      if (reachableRow === null || inSight.includes(reachableRow)) return inSight;
      return [...inSight, reachableRow].sort((a, b) => a - b);
    },
    [reachableRow],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    rangeExtractor,
    overscan: 4,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another type size is another height of rows.
  useEffect(() => virtual.measure(), [height]);

  const wanted = useRef<string | null>(null);
  // One function for the grid's life: rows that only move are not drawn anew.
  const latest = useRef({ rows, reachable, choose });
  latest.current = { rows, reachable, choose };
  const chooseDay = useCallback((day: string) => latest.current.choose(day), []);
  const onKeyDown = useCallback((event: KeyboardEvent) => {
    const { rows, reachable, choose } = latest.current;
    const day = reachable && moveUnit(rows, reachable, event.key);
    if (!day) return;
    event.preventDefault();
    wanted.current = day;
    choose(day);
  }, []);
  // A cell that a key led to may not be drawn yet: it is scrolled to, and takes the focus once it is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place of the chosen day is what moves.
  useEffect(() => {
    const place = chosen === null ? null : placeOfDay(rows, chosen);
    if (place) virtual.scrollToIndex(place.row, { align: 'auto' });
  }, [chosen, perRow]);
  useEffect(() => {
    if (wanted.current === null) return;
    const cell = scroll.current?.querySelector<HTMLElement>(`[data-day="${wanted.current}"]`);
    if (!cell) return;
    wanted.current = null;
    cell.focus({ preventScroll: true });
  });

  return (
    <section ref={scroll} className={styles.grid} aria-label={t('grid')} data-still={still}>
      <div ref={measure} className={styles.canvas} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return (
            row && (
              <GridRow
                key={index}
                row={row}
                name={monthName(row.month)}
                height={height}
                startPx={start}
                perRow={perRow}
                chosen={inRow(row, chosen)}
                reachable={inRow(row, reachable)}
                choose={chooseDay}
                onKeyDown={onKeyDown}
              />
            )
          );
        })}
      </div>
    </section>
  );
}

/** The day where it is one of the row's, so that a row changes by its own days alone. */
function inRow({ month, cells }: UnitRow, day: string | null): string | null {
  return day?.startsWith(month) && cells.some((unit) => unit?.day === day) ? day : null;
}

interface GridRowProps {
  readonly row: UnitRow;
  readonly name: string;
  readonly height: number;
  readonly startPx: number;
  readonly perRow: number;
  readonly chosen: string | null;
  readonly reachable: string | null;
  readonly choose: (day: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** Units that did not change are the same objects: their rows need not be drawn anew. */
function sameRow(a: GridRowProps, b: GridRowProps): boolean {
  const { row: before, ...others } = a;
  const { row, ...next } = b;
  const names = Object.keys(others) as (keyof typeof others)[];
  return (
    names.every((name) => others[name] === next[name]) &&
    before.first === row.first &&
    before.cells.length === row.cells.length &&
    before.cells.every((unit, i) => unit === row.cells[i])
  );
}

const GridRow = memo(function GridRow(props: GridRowProps) {
  const { row, name, height, startPx, perRow, chosen, reachable, choose, onKeyDown } = props;
  const t = useTranslations('jobs.unit');
  const { clock, figures } = useFormats();
  const style = {
    height,
    transform: `translateY(${startPx}px)`,
    gridTemplateColumns: `${LABEL_EM - 0.4}em repeat(${perRow}, minmax(0, 1fr))`,
  };
  return (
    <fieldset className={styles.row} style={style}>
      <legend className={styles.month}>
        {row.first ? name : <span className="visually-hidden">{name}</span>}
      </legend>
      {row.cells.map((unit, column) => {
        if (!unit) return null;
        const kind = kindOf(unit);
        const words = {
          day: clock.labelled(unit.day),
          state: t(kind),
          rows: figures.full('count', unit.rows),
        };
        const label = t('spoken', words);
        return (
          <button
            key={unit.day}
            type="button"
            aria-pressed={unit.day === chosen}
            aria-label={label}
            title={label}
            tabIndex={unit.day === reachable ? 0 : -1}
            className={styles.cell}
            data-day={unit.day}
            data-kind={kind}
            data-state={unit.state}
            style={{ gridColumn: column + 2 }}
            onClick={() => choose(unit.day)}
            onKeyDown={onKeyDown}
          >
            {Number(unit.day.slice(8))}
          </button>
        );
      })}
    </fieldset>
  );
}, sameRow);
