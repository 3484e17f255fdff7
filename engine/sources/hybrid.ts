import { GmvError } from '../errors.ts';
import type { Source } from './source.ts';

/** A stretch of offsets that a bounded source holds, one row each. */
export interface HybridPart {
  /** For messages: the file or folder. */
  readonly name: string;
  readonly fromOffset: string | number;
  readonly toOffset: string | number;
  /** A bounded source whose own offsets count rows from 0. */
  open(): Source;
}

export interface HybridSourceOptions {
  /** The partition of the source that follows: parts speak of its offsets. */
  readonly partition: string;
  /** Consecutive: each starts where the one before ends. May be empty. */
  readonly parts: readonly HybridPart[];
  /** Opens the source that goes on from exactly `offset`, the end of the last part. */
  follow(offset: string): Source;
  /** Where to follow from when there are no parts. */
  readonly fromOffset: string | number;
}

/**
 * History from files, then another source from exactly the next offset: no event twice, none missing.
 * `replaying` is true for all of history.
 *
 * @throws GmvError `hybrid_gap` for parts that don't join up, or a part with other rows than its offsets say.
 */
export function createHybridSource(options: HybridSourceOptions): Source {
  const { partition, parts, follow } = options;
  let next = BigInt(options.fromOffset);
  for (const part of parts) {
    if (BigInt(part.fromOffset) !== next)
      throw gap(part, `starts at offset ${part.fromOffset}, not at ${next}`);
    next = BigInt(part.toOffset);
  }
  let at = BigInt(options.fromOffset);
  let index = 0;
  let current: Source | null = null;
  let following: Source | null = null;

  return {
    name: 'hybrid',
    bounded: false,
    async poll() {
      while (index < parts.length) {
        const part = parts[index]!;
        current ??= part.open();
        const polled = await current.poll();
        if (polled.kind === 'idle') return polled;
        if (polled.kind === 'batch') {
          at = BigInt(part.fromOffset) + BigInt(polled.nextOffset);
          if (at > BigInt(part.toOffset))
            throw gap(part, `has more rows than offsets up to ${part.toOffset}`);
          return { ...polled, partition, nextOffset: String(at), replaying: true };
        }
        if (at !== BigInt(part.toOffset)) throw gap(part, `ends at offset ${at}, not at ${part.toOffset}`);
        await current.close();
        current = null;
        index++;
      }
      following ??= follow(String(at));
      return following.poll();
    },
    async close() {
      await current?.close();
      await following?.close();
    },
  };
}

function gap(part: HybridPart, what: string): GmvError {
  return new GmvError(
    'hybrid_gap',
    `${part.name} ${what}`,
    'Remove the files of that folder: they are made again at the next start.',
  );
}
