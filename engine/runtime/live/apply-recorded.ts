import type { ArchiveSourceOptions } from '../../archive/archive-source.ts';
import { createArchiveSource } from '../../archive/archive-source.ts';
import { pickRows } from '../../archive/pick-rows.ts';
import { APPLIED, type RowFates } from '../../events/disposition.ts';
import type { EventBatch } from '../../events/event-batch.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/**
 * Applies what live has applied, as its archive tells; all else was decided then and is passed over.
 *
 * @throws GmvError of the archive's source.
 */
export async function applyRecorded(pipeline: Pipeline, options: ArchiveSourceOptions): Promise<void> {
  const source = createArchiveSource(options);
  try {
    for (;;) {
      const polled = await source.poll();
      if (polled.kind !== 'batch') return;
      const { batch, partition, recorded } = polled;
      const applied = rowsApplied(batch, recorded);
      if (applied.length > 0) pipeline.process(pickRows(batch, applied), { partition });
    }
  } finally {
    await source.close();
  }
}

function rowsApplied({ length }: EventBatch, recorded: RowFates | undefined): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < length; row++) if (recorded?.disposition[row] === APPLIED) rows.push(row);
  return Uint32Array.from(rows);
}
