import type { DayFigures } from '../figures/day-figures.ts';
import type { Epoch } from '../figures/epoch.ts';
import type { Origin } from '../history/history.ts';
import type { EncodedEpoch, EncodedView } from '../protocol/encoded.ts';
import type { Row, ViewMeta, ViewSpec } from '../protocol/view.ts';

/** A view's figures at one moment. */
export interface ViewResult {
  readonly meta: ViewMeta;
  readonly rows: readonly Row[];
}

/** Views in use: computed once for all who hold them, encoded once per change. */
export interface ViewPublisher {
  /**
   * Starts to keep a view (or counts one more holder) and gives its id; its snapshot is ready then.
   *
   * @throws GmvError naming what would answer a spec that no rollup answers.
   */
  subscribe(spec: ViewSpec): Promise<string>;
  /** One holder less; without any the view is dropped. */
  unsubscribe(viewId: string): void;
  /** The whole view at its current seq. Throws GmvError `unknown_view` where nobody subscribed to it. */
  snapshot(viewId: string): EncodedView;
  /** One patch with every row changed after `sinceSeq`, or a snapshot where that is too long ago. */
  catchUp(viewId: string, sinceSeq: number): EncodedView;
  /** Ids of the views in use. */
  views(): string[];
}

/**
 * Live slices and history behind one view query; owned by the data thread. Its neighbours are the live loop,
 * which brings epochs, replays, which bring days, and the hub, which takes frames.
 */
export interface Store {
  /** Applies an epoch whole and gives the frame of what changed in the views in use. */
  applyEpoch(epoch: Epoch): Promise<EncodedEpoch>;
  /** Applies an epoch of the run of a combination of filters; the next epoch of live shows it. */
  applyFiltered(filter: string, epoch: Epoch): void;
  /**
   * Publishes a day's generation to history. `frame` carries what changed in the views in use, under the
   * number of the last epoch.
   */
  publishDay(figures: DayFigures, origin: Origin): Promise<{ generation: number; frame: EncodedEpoch }>;
  /** Moves a day back to the generation before; see `History.undo`. */
  undoDay(day: string): Promise<{ generation: number; frame: EncodedEpoch }>;
  /** The frame of what a change of history by others changed in the views in use, under the number of the last epoch. */
  refresh(): Promise<EncodedEpoch>;
  /** Copies of what is published of a live day, all of one epoch; null where live has none of it. */
  liveFigures(day: string): DayFigures | null;
  /** Answers a view once, at the current epoch. */
  query(spec: ViewSpec): Promise<ViewResult>;
  readonly publisher: ViewPublisher;
  /** Violations of what must hold on every epoch, counted by name since the start. */
  violations(): Readonly<Record<string, number>>;
  /** Why a sealed day is not in history yet, for people; null when all are. It is tried again by itself. */
  problem(): string | null;
  /** Done when no sealed day is on its way to history: wait for it before closing history. */
  settled(): Promise<void>;
}
