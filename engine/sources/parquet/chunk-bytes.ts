import type { FileBytes } from './file-bytes.ts';

/** The bytes of one column chunk, read from its file a piece at a time, forwards. */
export interface ChunkBytes {
  readonly length: number;
  /** Starts to read the first piece, to be there when it is asked for. */
  prefetch(): void;
  /** `length` bytes at `at`, fewer where the chunk ends before. Valid as long as it is held. */
  take(at: number, length: number): Promise<Uint8Array>;
  /** Gives up what is held: nothing more will be asked for. */
  release(): void;
}

export type ByteSource = Pick<FileBytes, 'read'>;

export interface ChunkBytesOptions {
  readonly file: ByteSource;
  /** Where the chunk begins in its file. */
  readonly start: number;
  readonly length: number;
  /** Most bytes that are read ahead of what is asked for; default 4 MiB, more than most chunks have. */
  readonly pieceBytes?: number;
}

const PIECE = 1 << 22;
const NOTHING = new Uint8Array(0);

export function createChunkBytes({ file, start, length, pieceBytes = PIECE }: ChunkBytesOptions): ChunkBytes {
  let piece: Uint8Array = NOTHING;
  let pieceAt = 0;
  let first: Promise<Uint8Array> | null = null;
  const prefetch = (): void => {
    first = file.read(start, Math.min(length, pieceBytes));
    first.catch(() => undefined);
  };
  return {
    length,
    prefetch,
    async take(at, wanted) {
      const end = Math.min(length, at + wanted);
      if (first) {
        piece = await first;
        first = null;
      }
      if (at < pieceAt || end > pieceAt + piece.length) {
        const size = Math.min(length - at, Math.max(end - at, pieceBytes));
        // Given up before the next one is read: there are as many pieces as columns.
        piece = NOTHING;
        piece = await file.read(start + at, size);
        pieceAt = at;
      }
      return piece.subarray(at - pieceAt, end - pieceAt);
    },
    release() {
      piece = NOTHING;
    },
  };
}

/** Up to here a row group is read whole: sixteen small reads take longer than one that is larger. */
const ONE_READ = 1 << 20;

/**
 * The file, to read these chunks from: all at once where they lie close together and are small, as in files of
 * thousands of row groups.
 */
export function withOneRead(
  file: ByteSource,
  chunks: readonly { readonly start: number; readonly length: number }[],
): ByteSource {
  const from = Math.min(...chunks.map(({ start }) => start));
  const to = Math.max(...chunks.map(({ start, length }) => start + length));
  const wanted = chunks.reduce((sum, { length }) => sum + length, 0);
  if (chunks.length < 2 || to - from > ONE_READ || to - from > 2 * wanted) return file;
  let all: Promise<Uint8Array> | null = null;
  return {
    async read(offset, length) {
      all ??= file.read(from, to - from);
      return (await all).subarray(offset - from, offset - from + length);
    },
  };
}
