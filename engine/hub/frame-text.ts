import type { EncodedEpoch, EncodedView } from '../protocol/encoded.ts';

/** What all frames of one publication say before their views. */
export type FrameHead = Omit<EncodedEpoch, 'views'>;

/** A frame ready to send, and how its binary attachments follow. */
export interface EncodedFrame {
  readonly text: string;
  readonly attachments: readonly ArrayBuffer[];
}

/** Joins texts that were encoded elsewhere into one `Frame`, without parsing or encoding any of them again. */
export function frameText(head: FrameHead, views: readonly EncodedView[]): EncodedFrame {
  const { runId, epoch, watermarkMs, dataToMs, publishedAtMs } = head;
  const start = JSON.stringify({ runId, epoch, watermarkMs, dataToMs, publishedAtMs }).slice(0, -1);
  return {
    text: `${start},"views":[${views.map((view) => view.text).join(',')}]}`,
    attachments: views.flatMap((view) => (view.attachment === null ? [] : [view.attachment])),
  };
}
