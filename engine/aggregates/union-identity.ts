import { GmvError } from '../errors.ts';

/** A sorted set of 64-bit ids inside larger arrays: entries start … end−1, ascending by (hi, lo), each once. */
export interface IdentityRange {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
  readonly start: number;
  readonly end: number;
}

/** A sorted set of 64-bit ids that owns its arrays. */
export interface Identity {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

/**
 * The set of ids that are in at least one of the given sets, sorted by (hi, lo).
 *
 * @throws GmvError `identity` when a set lies outside its arrays.
 */
export function unionIdentity(sets: readonly IdentityRange[]): Identity {
  const merged = mergeUntil(sets, 1)[0];
  if (!merged) return { hi: new Uint32Array(0), lo: new Uint32Array(0) };
  return { hi: merged.hi.slice(merged.start, merged.end), lo: merged.lo.slice(merged.start, merged.end) };
}

/**
 * How many ids are in at least one of the given sets: the exact distinct count over all of them.
 *
 * @throws GmvError `identity` when a set lies outside its arrays.
 */
export function countUnion(sets: readonly IdentityRange[]): number {
  const [left, right] = mergeUntil(sets, 2);
  if (!left) return 0;
  if (!right) return left.end - left.start;
  return left.end - left.start + (right.end - right.start) - countShared(left, right);
}

/** Merges neighbours of like size, round by round, until at most `most` sets are left. */
function mergeUntil(sets: readonly IdentityRange[], most: number): IdentityRange[] {
  for (const set of sets) checkRange(set);
  let round = sets.filter((set) => set.end > set.start);
  round.sort((a, b) => a.end - a.start - (b.end - b.start));
  while (round.length > most) {
    const next: IdentityRange[] = [];
    for (let i = 0; i < round.length; i += 2) {
      const left = round[i];
      const right = round[i + 1];
      if (left) next.push(right ? mergeTwo(left, right) : left);
    }
    round = next;
  }
  return round;
}

/** Offsets come from a file: past the arrays' end every comparison would be with nothing, and none would advance. */
function checkRange({ hi, lo, start, end }: IdentityRange): void {
  const isWithin = start >= 0 && start <= end && end <= hi.length && end <= lo.length;
  if (isWithin && Number.isInteger(start) && Number.isInteger(end)) return;
  throw new GmvError(
    'identity',
    `A set of ids is said to be entries ${start} to ${end} of ${Math.min(hi.length, lo.length)}`,
    'What it was read from is damaged: replay its day again.',
  );
}

function mergeTwo(left: IdentityRange, right: IdentityRange): IdentityRange {
  const most = left.end - left.start + (right.end - right.start);
  const hi = new Uint32Array(most);
  const lo = new Uint32Array(most);
  const { hi: leftHi, lo: leftLo, end: leftEnd } = left;
  const { hi: rightHi, lo: rightLo, end: rightEnd } = right;
  let l = left.start;
  let r = right.start;
  let size = 0;
  while (l < leftEnd && r < rightEnd) {
    const difference = leftHi[l]! - rightHi[r]! || leftLo[l]! - rightLo[r]!;
    if (difference <= 0) {
      hi[size] = leftHi[l]!;
      lo[size++] = leftLo[l++]!;
      if (difference === 0) r++;
    } else {
      hi[size] = rightHi[r]!;
      lo[size++] = rightLo[r++]!;
    }
  }
  for (; l < leftEnd; l++) {
    hi[size] = leftHi[l]!;
    lo[size++] = leftLo[l]!;
  }
  for (; r < rightEnd; r++) {
    hi[size] = rightHi[r]!;
    lo[size++] = rightLo[r]!;
  }
  return { hi, lo, start: 0, end: size };
}

function countShared(left: IdentityRange, right: IdentityRange): number {
  let l = left.start;
  let r = right.start;
  let shared = 0;
  while (l < left.end && r < right.end) {
    const difference = left.hi[l]! - right.hi[r]! || left.lo[l]! - right.lo[r]!;
    if (difference <= 0) l++;
    if (difference >= 0) r++;
    if (difference === 0) shared++;
  }
  return shared;
}
