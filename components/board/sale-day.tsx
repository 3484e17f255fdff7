'use client';

import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { closedMinutes, type DayMinutes, dayMinutes } from '../charts/minute-series.ts';
import { useDataTo, useRefusal, useView, useWatermark, type ViewFigures } from '../live/use-live.ts';
import { useFiltered } from './board-filter.ts';
import { filledBy } from './elapsed-comparison.ts';
import { comparisonCurveView, distinctCurveView, todayCurveView } from './sale-views.ts';

/**
 * `none`: the server knows of no such day; `not_loaded`: it has no figures for it (yet); `not_kept`: not of what the board
 * is narrowed to.
 */
export type ComparisonState = 'unknown' | 'none' | 'not_loaded' | 'not_kept' | 'ready';

/** Today and the day that it is compared with, laid out by minute once for all tiles. */
export interface SaleDay {
  readonly today: DayMinutes | null;
  readonly comparison: DayMinutes | null;
  readonly comparisonState: ComparisonState;
  /** Whether the comparison day's figures were replaced through an approved backfill. */
  readonly comparisonRestated: boolean;
  /** Minutes of today that the watermark has left behind. */
  readonly closed: number;
  /** Minutes of today that have begun, by the latest event. */
  readonly begun: number;
  readonly epoch: number;
  /** Today as far as every figure beside the headline is known. */
  readonly kpis: { readonly today: DayMinutes | null; readonly closed: number };
}

const SaleDayContext = createContext<SaleDay | null>(null);

function useDay(view: ViewFigures | null): DayMinutes | null {
  const { spec, meta, rows } = view ?? {};
  return useMemo(() => (spec && meta && rows ? dayMinutes({ spec, meta, rows }) : null), [spec, meta, rows]);
}

function stateOf(view: ViewFigures | null): ComparisonState {
  if (!view) return 'unknown';
  if (view.meta.from === null) return 'none';
  return view.meta.missingDays > 0 || view.rows.length === 0 ? 'not_loaded' : 'ready';
}

/** Today, with what one filter alone leaves unknown, once it was replayed for it. */
function useKpis(today: DayMinutes | null, closed: number): SaleDay['kpis'] {
  const spec = useFiltered(distinctCurveView);
  const view = useView(Object.keys(spec.filter ?? {}).length === 1 ? spec : null);
  const day = useDay(view);
  const filtered = view?.meta.filtered ?? null;
  const closedMs = filtered?.replaying ? null : (filtered?.closedMs ?? null);
  return useMemo(() => {
    if (!today || !day || closedMs === null) return { today, closed };
    const filled = filledBy(today, { day, metrics: distinctCurveView.metrics });
    return { today: filled, closed: Math.min(closed, closedMinutes(day, closedMs)) };
  }, [today, closed, day, closedMs]);
}

export function SaleDayProvider({ children }: { readonly children: ReactNode }) {
  const todayView = useView(useFiltered(todayCurveView));
  const comparisonSpec = useFiltered(comparisonCurveView);
  // Of combinations only today is kept.
  const combined = Object.keys(comparisonSpec.filter ?? {}).length > 1;
  const comparisonView = useView(combined ? null : comparisonSpec);
  const refused = useRefusal(comparisonSpec) !== null;
  const filtered = todayView?.meta.filtered ?? null;
  const liveWatermarkMs = useWatermark();
  const watermarkMs = filtered ? filtered.closedMs : liveWatermarkMs;
  const dataToMs = useDataTo();
  const today = useDay(todayView);
  const comparisonDay = useDay(comparisonView);
  const comparisonState = combined || refused ? 'not_kept' : stateOf(comparisonView);
  const comparison = comparisonState === 'ready' ? comparisonDay : null;
  const comparisonRestated = (comparisonView?.meta.restatedDays ?? 0) > 0;
  const closed = today ? closedMinutes(today, watermarkMs) : 0;
  const begun =
    today && dataToMs !== null && !filtered?.replaying ? closedMinutes(today, dataToMs + 60_000) : closed;
  const epoch = todayView?.epoch ?? 0;
  const kpis = useKpis(today, closed);
  const value = useMemo(
    () => ({ today, comparison, comparisonState, comparisonRestated, closed, begun, epoch, kpis }),
    [today, comparison, comparisonState, comparisonRestated, closed, begun, epoch, kpis],
  );
  return <SaleDayContext value={value}>{children}</SaleDayContext>;
}

/** @throws Error where no {@link SaleDayProvider} is above. */
export function useSaleDay(): SaleDay {
  const day = useContext(SaleDayContext);
  if (!day) throw new Error('useSaleDay needs a SaleDayProvider above it');
  return day;
}
