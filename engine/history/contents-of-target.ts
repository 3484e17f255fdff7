import type { FigureContents, RollupContents, Source } from './contents.ts';
import type { TargetFigure, UnitTarget } from './unit-target.ts';

/**
 * What a generation holds that is made of `target`. Sources of figures that stay as they were come first, so that a day
 * is of its oldest source until nothing of that is left.
 */
export function contentsOfTarget(options: {
  target: UnitTarget;
  /** Of what was read; null: nothing was. */
  fresh: Source | null;
  inputs: string;
  lateEvents: number;
}): { rollups: RollupContents[]; sources: Source[]; counted: number } {
  const { target, fresh, inputs, lateEvents } = options;
  const sources: Source[] = [];
  const indexOf = (source: Source): number => {
    const found = sources.findIndex(({ made }) => made === source.made);
    if (found >= 0) return found;
    const known = source.inputs === inputs ? Math.max(source.lateEvents, lateEvents) : source.lateEvents;
    return sources.push({ ...source, lateEvents: known }) - 1;
  };
  const sourceOf = ({ from }: TargetFigure): Source => {
    if (from.kind === 'kept') return from.source;
    if (!fresh) throw new Error('a figure is said to be fresh where nothing was read');
    return fresh;
  };
  const all = target.rollups.flatMap(({ figures }) => figures);
  for (const figure of all) if (!figure.wanted) indexOf(sourceOf(figure));
  const contents = (figure: TargetFigure): FigureContents => ({
    metric: figure.metric,
    meaning: figure.meaning,
    source: indexOf(sourceOf(figure)),
  });
  const rollups = target.rollups.map(
    ({ rollup, basis, figures }): RollupContents => ({
      rollup,
      basis,
      additive: figures.filter(({ kind }) => kind === 'additive').map(contents),
      distinct: figures
        .filter(({ kind }) => kind === 'distinct')
        .map((figure) => ({ ...contents(figure), curve: figure.curve, identity: figure.identity })),
    }),
  );
  const counts = fresh ?? sources.find((source) => source.inputs === inputs) ?? sources[0];
  if (!counts) throw new Error('a unit without figures');
  return { rollups, sources, counted: indexOf(counts) };
}
