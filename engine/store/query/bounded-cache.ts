/** Values by id; the longest unused go when their weights together pass a bound. */
export interface BoundedCache<T> {
  get(id: string): T | undefined;
  set(id: string, value: T, weight: number): void;
}

export function createBoundedCache<T>({ maxWeight }: { maxWeight: number }): BoundedCache<T> {
  // A Map iterates in the order of insertion: the first entry is the longest unused.
  const entries = new Map<string, { value: T; weight: number }>();
  let total = 0;
  const remove = (id: string): void => {
    total -= entries.get(id)?.weight ?? 0;
    entries.delete(id);
  };
  return {
    get(id) {
      const entry = entries.get(id);
      if (!entry) return undefined;
      entries.delete(id);
      entries.set(id, entry);
      return entry.value;
    },
    set(id, value, weight) {
      remove(id);
      entries.set(id, { value, weight });
      total += weight;
      for (const [oldest] of entries) {
        if (total <= maxWeight || oldest === id) break;
        remove(oldest);
      }
    },
  };
}
