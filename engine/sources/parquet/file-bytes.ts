import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { GmvError } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';

/** How a file is at one moment. */
export interface FileState {
  readonly bytes: number;
  /** Last modification, epoch ms with a fraction. */
  readonly modifiedMs: number;
}

/** A file's bytes, at random. */
export interface FileBytes {
  /** As it was when it was opened. */
  readonly state: FileState;
  /** Reads `length` bytes at `offset`; throws when the file has fewer. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** As it is now. */
  currentState(): Promise<FileState>;
  close(): Promise<void>;
}

export type OpenFileBytes = (path: string) => Promise<FileBytes>;

/**
 * Opens a file of the file system.
 *
 * @throws GmvError `parquet_file` where it is missing, may not be read or is no file: a folder, pipe or device.
 */
export async function openFileBytes(path: string): Promise<FileBytes> {
  // Without O_NONBLOCK opening a pipe waits for its writer.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    throw new GmvError(
      'parquet_file',
      say('file_unopened', { file: path, code: String(cause.code) }),
      say('check_path'),
      {
        cause,
      },
    );
  });
  const status = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    throw new GmvError(
      'parquet_file',
      say(status.isDirectory() ? 'file_is_folder' : 'file_is_pipe', { file: path }),
      say('write_pipe_first'),
    );
  }
  return {
    state: stateOf(status),
    read: (offset, length) => readFully(handle, path, offset, length),
    currentState: async () => stateOf(await handle.stat()),
    close: () => handle.close(),
  };
}

const stateOf = ({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): FileState => ({
  bytes: size,
  modifiedMs: mtimeMs,
});

async function readFully(
  handle: FileHandle,
  path: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) {
      throw new GmvError(
        'parquet_file',
        say('file_ends', { file: path, at: offset + filled, needed: offset + length }),
        say('write_again'),
      );
    }
    filled += bytesRead;
  }
  return bytes;
}
