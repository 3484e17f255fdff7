import type { ComparedDay, ComparedFigure, Comparison } from '../../../engine/protocol/comparison.ts';
import { isChanged } from './figure-difference.ts';

/** A day with its figure of one metric. */
export interface DayFigure {
  readonly day: ComparedDay;
  /** Null where the day does not have the metric. */
  readonly figure: ComparedFigure | null;
}

export function figureOf({ figures }: Pick<ComparedDay, 'figures'>, metric: string): ComparedFigure | null {
  return figures.find((figure) => figure.metric === metric) ?? null;
}

/** On how many days each metric's total differs, in the order of the definitions. */
export function differingDays({ days }: Pick<Comparison, 'days'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { figures } of days) {
    for (const figure of figures) {
      counts.set(figure.metric, (counts.get(figure.metric) ?? 0) + (isChanged(figure) ? 1 : 0));
    }
  }
  return counts;
}

/** 0: the metric's total differs; 1: only something else of the day; 2: nothing. */
function rank({ day, figure }: DayFigure): number {
  return figure && isChanged(figure) ? 0 : day.differs ? 1 : 2;
}

/**
 * Days for a list: first those on which the metric differs, then those on which only something else does, then the
 * others if they are asked for; each by date.
 */
export function listDays(options: {
  readonly days: readonly ComparedDay[];
  readonly metric: string;
  /** Days that do not differ, too. */
  readonly all: boolean;
  /** Keeps days whose name or label holds it. */
  readonly search: string;
  readonly nameOf: (day: string) => string;
}): DayFigure[] {
  const { days, metric, all, nameOf } = options;
  const needle = options.search.trim().toLowerCase();
  return days
    .filter(({ day, differs }) => {
      if (!all && !differs) return false;
      return needle === '' || `${day} ${nameOf(day).toLowerCase()}`.includes(needle);
    })
    .map((day) => ({ day, figure: figureOf(day, metric) }))
    .sort((a, b) => rank(a) - rank(b) || (a.day.day < b.day.day ? -1 : 1));
}

/** The metric that shows best what differs: the first of those that do, else the first. */
export function tellingMetric(counts: ReadonlyMap<string, number>): string | null {
  const names = [...counts.keys()];
  return names.find((name) => (counts.get(name) ?? 0) > 0) ?? names[0] ?? null;
}
