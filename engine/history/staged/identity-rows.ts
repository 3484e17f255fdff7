import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IdentitySets, Key, RollupFigures } from '../../figures/day-figures.ts';
import { encodeIdentity, MAX_VARINT_BYTES } from '../identity-codec.ts';

/** Who was counted: one row for each set that anyone is in. */
export interface IdentityRows {
  readonly rollup: readonly string[];
  readonly metric: readonly string[];
  readonly key: readonly Key[];
  readonly ids: Int32Array;
  /** Packed sets one after another, the length of each in 32 bits before it. */
  readonly sets: Uint8Array;
}

/** Ids that are packed (some milliseconds) before the thread's other work gets its turn. */
const IDS_PER_TURN = 32_768;
const LENGTH_BYTES = 4;

interface Place {
  readonly rollup: string;
  readonly metric: string;
  readonly key: Key;
  readonly identity: IdentitySets;
  readonly from: number;
  readonly to: number;
}

export async function identityRows(rollups: readonly RollupFigures[]): Promise<IdentityRows> {
  const rows = rollups.flatMap(({ rollup, keys, distinct }) =>
    distinct.flatMap(({ metric, identity }) =>
      (identity ? keys : []).flatMap((key, index): Place[] => {
        if (!identity) return [];
        const [from = 0, to = 0] = [identity.offsets[index], identity.offsets[index + 1]];
        return to > from ? [{ rollup, metric, key, identity, from, to }] : [];
      }),
    ),
  );
  const ids = rows.reduce((sum, { from, to }) => sum + to - from, 0);
  // Room for the longest that there can be: what isn't written takes no memory.
  const sets = new Uint8Array(rows.length * LENGTH_BYTES + ids * MAX_VARINT_BYTES);
  const view = new DataView(sets.buffer);
  let at = 0;
  let inTurn = 0;
  for (const { identity, from, to } of rows) {
    const start = at;
    at += LENGTH_BYTES;
    for (let first = from; first < to; first += IDS_PER_TURN) {
      const last = Math.min(to, first + IDS_PER_TURN);
      at = encodeIdentity({ identity, from: first, to: last, isFirst: first === from, into: sets, at });
      inTurn += last - first;
      if (inTurn >= IDS_PER_TURN) {
        inTurn = 0;
        await nextTurn();
      }
    }
    view.setUint32(start, at - start - LENGTH_BYTES, true);
  }
  return {
    rollup: rows.map(({ rollup }) => rollup),
    metric: rows.map(({ metric }) => metric),
    key: rows.map(({ key }) => key),
    ids: Int32Array.from(rows, ({ from, to }) => to - from),
    sets: sets.subarray(0, at),
  };
}
