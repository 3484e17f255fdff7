import { createHash } from 'node:crypto';
import { Damage } from './damage.ts';

const FORMAT = 'gmv-checkpoint';
/** Of manifest and state file together. */
export const CHECKPOINT_VERSION = 1;

/** What a checkpoint is made of, as JSON that people can read. */
export interface Manifest {
  readonly id: number;
  /** Epoch ms. */
  readonly takenAtMs: number;
  /** Fingerprint of the plan. */
  readonly plan: string;
  /** Partition → next offset to be consumed; decimal text. */
  readonly offsets: Readonly<Record<string, string>>;
  /** Keeper → what it published; plain JSON that the keeper alone reads. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** Facts about the run, such as watermarks. */
  readonly runFacts: unknown;
  readonly state: {
    /** Name within the folder. */
    readonly file: string;
    readonly bytes: number;
    /** SHA-256 (hex) of its head and its checksums. */
    readonly checksum: string;
  };
}

/** A manifest of a version that this program does not know. */
export interface NewerManifest {
  readonly newerVersion: number;
}

/** The last line of every version: it vouches for all text before it. */
const lastLine = (text: string): string =>
  `  "sha256": "${createHash('sha256').update(text).digest('hex')}"\n}\n`;
const LAST_LINE_LENGTH = lastLine('').length;

export function manifestText(manifest: Manifest): string {
  const body = JSON.stringify({ format: FORMAT, version: CHECKPOINT_VERSION, ...manifest }, null, 2);
  const text = `${body.slice(0, -'\n}'.length)},\n`;
  return text + lastLine(text);
}

/**
 * Reads what {@link manifestText} wrote.
 *
 * @throws Damage
 */
export function parseManifest(text: string): Manifest | NewerManifest {
  const body = text.slice(0, -LAST_LINE_LENGTH);
  if (text.slice(-LAST_LINE_LENGTH) !== lastLine(body))
    throw new Damage('its manifest is damaged or cut off');
  const { format, version, sha256: _, ...manifest } = JSON.parse(text) as Record<string, unknown>;
  if (format !== FORMAT) throw new Damage('its manifest is of another program');
  if (typeof version === 'number' && version > CHECKPOINT_VERSION) return { newerVersion: version };
  return manifest as unknown as Manifest;
}
