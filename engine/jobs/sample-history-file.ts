import { basename } from 'node:path';
import { createOrderFileWriter } from '../archive/order-file-writer.ts';
import type { Schema } from '../events/order-schema.ts';
import type { SimulatedHistory } from '../sources/simulator/simulated-columns.ts';
import type { SampleFile } from './sample-history-manifest.ts';
import type { SamplePiece } from './sample-history-plan.ts';

const CHUNK = 8_192;

export interface WriteSampleFileOptions {
  readonly path: string;
  readonly piece: SamplePiece;
  readonly history: SimulatedHistory;
  readonly schema: Schema;
  readonly signal?: AbortSignal;
  /** Called after every few thousand rows with their number. */
  onRows?(rows: number): void;
}

/** Writes simulated events as one Parquet file; lets other work run between chunks. */
export async function writeSampleFile(options: WriteSampleFileOptions): Promise<SampleFile> {
  const { path, piece, history, schema, signal, onRows } = options;
  signal?.throwIfAborted();
  const writer = await createOrderFileWriter({ path, schema });
  try {
    for (let offset = piece.fromOffset; offset < piece.toOffset; offset += CHUNK) {
      const end = Math.min(piece.toOffset, offset + CHUNK);
      await writer.append(history.columns(offset, end), end - offset);
      onRows?.(end - offset);
      await new Promise((resume) => setImmediate(resume));
      signal?.throwIfAborted();
    }
  } catch (error) {
    await writer.discard();
    throw error;
  }
  const { rows, bytes } = await writer.close();
  return { ...piece, path: basename(path), rows, bytes };
}
