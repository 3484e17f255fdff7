import type { Frame, ViewPatch, ViewSnapshot } from '../../engine/protocol/frames.ts';
import type { Row, ViewMeta, ViewSpec } from '../../engine/protocol/view.ts';
import { orderRows, patchRows } from './order-rows.ts';

/** A view as this client holds it. A new object whenever its figures change. */
export interface HeldView {
  readonly id: string;
  readonly spec: ViewSpec;
  readonly seq: number;
  /** The epoch of the frame that brought these rows. */
  readonly appliedEpoch: number;
  /** A patch was missed: the rows are right at `appliedEpoch` but not at the store's epoch. */
  readonly behind: boolean;
  readonly meta: ViewMeta;
  readonly rows: readonly Row[];
}

/** Everything received, as one immutable value: whoever reads it sees one epoch. */
export interface LiveState {
  readonly runId: string | null;
  /** What has come of a newer run, not shown before it is whole; null while there is none. */
  readonly next: LiveState | null;
  readonly epoch: number;
  readonly watermarkMs: number | null;
  readonly dataToMs: number | null;
  readonly views: ReadonlyMap<string, HeldView>;
}

/** Rows of an Arrow snapshot's bytes; injected so that this file needs no Arrow. */
export type ReadArrow = (bytes: Uint8Array) => readonly Row[];

export const emptyState: LiveState = {
  runId: null,
  next: null,
  epoch: 0,
  watermarkMs: null,
  dataToMs: null,
  views: new Map(),
};

/** The epoch at which a view's figures are exact: the store's, unless a patch was missed. */
export function viewEpoch(state: LiveState, view: HeldView): number {
  return view.behind ? view.appliedEpoch : Math.max(view.appliedEpoch, state.epoch);
}

/** Drops the views that nobody shows any more. */
export function keepViews(state: LiveState, wanted: ReadonlySet<string>): LiveState {
  const views = new Map([...state.views].filter(([id]) => wanted.has(id)));
  return views.size === state.views.size ? state : { ...state, views };
}

/**
 * Applies one frame whole.
 *
 * What is held of a run stays until all of it has come of a new `runId`, which then replaces it at once: there is
 * neither an instant without figures nor one with those of two runs. Views in `refused` are not waited for. Of an
 * older epoch only snapshots are taken. A patch that does not follow the held `seq` leaves the view as it was,
 * marked `behind`, and names it in `resync`.
 */
export function applyFrame(options: FrameOptions): Applied {
  const { state, frame, refused } = options;
  if (state.runId === frame.runId) return applyToRun({ ...options, state: { ...state, next: null } });
  if (state.views.size === 0 || state.epoch === 0) return applyToRun({ ...options, state: emptyState });
  const begun = state.next?.runId === frame.runId ? state.next : emptyState;
  const { state: next, resync } = applyToRun({ ...options, state: begun });
  const lacking = [...state.views.keys()].some((id) => !next.views.has(id) && !refused.has(id));
  // Before its first epoch a run has snapshots, but nothing in them.
  return { state: lacking || next.epoch === 0 ? { ...state, next } : next, resync };
}

interface FrameOptions {
  readonly state: LiveState;
  readonly frame: Frame;
  readonly wanted: ReadonlySet<string>;
  /** Views that the server says it can't serve. */
  readonly refused: ReadonlySet<string>;
  readonly readArrow: ReadArrow;
}

interface Applied {
  readonly state: LiveState;
  readonly resync: readonly string[];
}

function applyToRun({ state: before, frame, wanted, readArrow }: FrameOptions): Applied {
  const views = new Map(before.views);
  const resync: string[] = [];
  for (const part of frame.views) {
    if (!wanted.has(part.view)) continue;
    const held = views.get(part.view);
    const next =
      part.kind === 'snapshot'
        ? fromSnapshot({ part, frame, storeEpoch: before.epoch, readArrow })
        : fromPatch({ part, frame, held });
    if (next === 'gap') {
      resync.push(part.view);
      if (held && !held.behind) views.set(part.view, { ...held, behind: true, appliedEpoch: before.epoch });
    } else if (next) {
      views.set(part.view, next);
    }
  }
  const newest = frame.epoch >= before.epoch;
  return {
    state: {
      runId: frame.runId,
      next: null,
      epoch: newest ? frame.epoch : before.epoch,
      watermarkMs: newest ? frame.watermarkMs : before.watermarkMs,
      dataToMs: newest ? frame.dataToMs : before.dataToMs,
      views,
    },
    resync,
  };
}

function fromSnapshot(options: {
  readonly part: ViewSnapshot;
  readonly frame: Frame;
  readonly storeEpoch: number;
  readonly readArrow: ReadArrow;
}): HeldView {
  const { part, frame, storeEpoch, readArrow } = options;
  const spec = JSON.parse(part.view) as ViewSpec;
  const rows = part.rows ?? (part.arrow ? readArrow(part.arrow) : []);
  return {
    id: part.view,
    spec,
    seq: part.seq,
    appliedEpoch: frame.epoch,
    behind: frame.epoch < storeEpoch,
    meta: part.meta,
    rows: orderRows(rows, spec),
  };
}

/** `null`: already held, nothing to do. */
function fromPatch(options: {
  readonly part: ViewPatch;
  readonly frame: Frame;
  readonly held: HeldView | undefined;
}): HeldView | 'gap' | null {
  const { part, frame, held } = options;
  if (!held) return 'gap';
  if (part.seq <= held.seq) return null;
  if (part.prevSeq !== held.seq) return 'gap';
  return {
    ...held,
    seq: part.seq,
    appliedEpoch: frame.epoch,
    behind: false,
    meta: part.meta ?? held.meta,
    rows: patchRows({ rows: held.rows, changed: part.rows, removed: part.removed, spec: held.spec }),
  };
}
