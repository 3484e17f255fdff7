/** A view's snapshot or patch, encoded once: `text` is the JSON of a ViewSnapshot or ViewPatch. */
export interface EncodedView {
  readonly view: string;
  readonly kind: 'snapshot' | 'patch';
  /** The seq that a patch applies to; equals `seq` for a snapshot. */
  readonly prevSeq: number;
  readonly seq: number;
  readonly text: string;
  /** Arrow IPC bytes of a large snapshot, whose text says `"arrow":true`. */
  readonly attachment: ArrayBuffer | null;
}

/** An epoch as the store publishes it to the hub: the frame's head and the patches of all views in use. */
export interface EncodedEpoch {
  readonly runId: string;
  readonly epoch: number;
  readonly watermarkMs: number | null;
  readonly dataToMs: number | null;
  readonly publishedAtMs: number;
  /** Views without changes in this epoch are absent. */
  readonly views: readonly EncodedView[];
}
