import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { GmvError, reasonOf } from '../errors.ts';

/** A lock that its owner hasn't touched for so long is nobody's; ms. The owner touches it every second. */
const STALE_AFTER_MS = 5000;
const TOUCH_EVERY_MS = 1000;
const OWNER_FILE = 'server.json';

export interface LockDataFolderOptions {
  readonly folder: string;
  /** For whoever finds the folder locked, such as the server's address. */
  readonly owner: string;
  readonly say: (message: string) => void;
  /** Another process has taken the folder: this one must stop writing to it at once. */
  readonly onLost: (error: GmvError) => void;
}

/**
 * Takes the data folder for this process and gives the call that lets it go. A lock left by a process that was
 * killed is taken over as soon as it is stale.
 *
 * @throws GmvError `data_folder_locked` while another server works in it, `data_folder` where it can't be used.
 */
export async function lockDataFolder(options: LockDataFolderOptions): Promise<() => Promise<void>> {
  const { folder, say, onLost } = options;
  const ownerFile = join(folder, OWNER_FILE);
  await mkdir(folder, { recursive: true }).catch((cause) => {
    throw unusable(folder, cause);
  });

  const take = () =>
    lock(folder, {
      stale: STALE_AFTER_MS,
      update: TOUCH_EVERY_MS,
      onCompromised: () => void takeBack(),
    });
  let release: () => Promise<void> = async () => undefined;

  /** After a pause of the whole machine the lock is older than it may be, but usually still nobody else's. */
  const takeBack = async (): Promise<void> => {
    try {
      release = await take();
    } catch (cause) {
      onLost(locked(folder, await readOwner(ownerFile), cause));
    }
  };

  const giveUpAtMs = Date.now() + STALE_AFTER_MS + 2 * TOUCH_EVERY_MS;
  let told = false;
  for (;;) {
    try {
      release = await take();
      break;
    } catch (cause) {
      if (!isLocked(cause)) throw unusable(folder, cause);
      const owner = await readOwner(ownerFile);
      if ((owner && isAlive(owner.pid)) || Date.now() > giveUpAtMs) throw locked(folder, owner, cause);
      if (!told)
        say(`${folder} was left locked by a server that was killed: taking it over in a few seconds`);
      told = true;
      await sleep(200);
    }
  }
  await writeFile(ownerFile, `${JSON.stringify({ pid: process.pid, owner: options.owner })}\n`);
  return () => release();
}

interface Owner {
  readonly pid: number;
  readonly owner: string;
}

async function readOwner(file: string): Promise<Owner | null> {
  try {
    const { pid, owner } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return typeof pid === 'number' && typeof owner === 'string' ? { pid, owner } : null;
  } catch {
    // The owner writes it right after locking: it says who, no more.
    return null;
  }
}

/** Another process than this one, which in a container may have its predecessor's number. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const isLocked = (cause: unknown): boolean => (cause as NodeJS.ErrnoException).code === 'ELOCKED';

function locked(folder: string, owner: Owner | null, cause: unknown): GmvError {
  const who = owner ? `another server (${owner.owner}, process ${owner.pid})` : 'another server';
  return new GmvError(
    'data_folder_locked',
    `The data folder ${folder} is in use by ${who}`,
    'Stop that one first, or give this one another folder: GMV_DATA=./data-2',
    { cause },
  );
}

function unusable(folder: string, cause: unknown): GmvError {
  const reason = reasonOf(cause);
  return new GmvError(
    'data_folder',
    `The data folder ${folder} can't be used: ${reason}`,
    'Make it writable, or name another: GMV_DATA=./data-2',
    { cause },
  );
}
