/**
 * A place in a document that some column comes from, or that lies on the way to one. Slots are numbered so that those of
 * a place and of all beneath it are neighbours.
 */
export interface PathNode {
  /** UTF-8. */
  readonly key: Uint8Array;
  /** The slot of its own value; −1: only places beneath it are wanted. */
  readonly slot: number;
  /** Slots from `slotsFrom` to before `slotsEnd` are its own and of those beneath. */
  readonly slotsFrom: number;
  readonly slotsEnd: number;
  readonly children: readonly PathNode[];
  /** Children by index, where it is an array. */
  readonly byIndex: ReadonlyMap<number, PathNode>;
  /** The child that probably comes next: the one behind that found last. */
  guess: number;
}

export interface PathTree {
  readonly root: PathNode;
  /** The slot of each path, in their order; equal paths share one. */
  readonly slots: readonly number[];
  readonly slotCount: number;
}

interface Growing {
  readonly keys: Map<string, Growing>;
  readonly paths: number[];
}

/** The tree of `paths`, each a list of keys. */
export function createPathTree(paths: readonly (readonly string[])[]): PathTree {
  const root: Growing = { keys: new Map(), paths: [] };
  for (const [i, path] of paths.entries()) {
    let node = root;
    for (const key of path) {
      const next: Growing = node.keys.get(key) ?? { keys: new Map(), paths: [] };
      node.keys.set(key, next);
      node = next;
    }
    node.paths.push(i);
  }
  const slots: number[] = paths.map(() => -1);
  let slotCount = 0;
  const settle = (key: string, { keys, paths: own }: Growing): PathNode => {
    const slotsFrom = slotCount;
    const slot = own.length > 0 ? slotCount++ : -1;
    for (const path of own) slots[path] = slot;
    const children = [...keys].map(([childKey, child]) => settle(childKey, child));
    const indexed = [...keys.keys()].flatMap((childKey, i) => {
      const child = children[i];
      return child && /^(0|[1-9]\d*)$/.test(childKey) ? [[Number(childKey), child] as const] : [];
    });
    return {
      key: new TextEncoder().encode(key),
      slot,
      slotsFrom,
      slotsEnd: slotCount,
      children,
      byIndex: new Map(indexed),
      guess: 0,
    };
  };
  return { root: settle('', root), slots, slotCount };
}

/** The child whose key is the bytes [start, end), null where there is none. */
export function childOfKey(node: PathNode, bytes: Uint8Array, start: number, end: number): PathNode | null {
  const { children } = node;
  for (let i = 0, at = node.guess; i < children.length; i++, at++) {
    if (at >= children.length) at = 0;
    const child = children[at]!;
    if (!isKey(child.key, bytes, start, end)) continue;
    node.guess = at + 1;
    return child;
  }
  return null;
}

function isKey(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) if (key[i] !== bytes[start + i]) return false;
  return true;
}
