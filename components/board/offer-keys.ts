import type { Row, RowKey } from '../../engine/protocol/view.ts';

export interface OfferedKey {
  readonly key: string | null;
  readonly name: string;
  /** The key's figure of today; null for one that was typed. */
  readonly value: number | null;
  readonly typed: boolean;
}

/** Keys whose name or text holds what was typed, in the order of the rows; then just that text, where no key is it. */
export function offerKeys(options: {
  readonly rows: readonly Row[];
  readonly text: string;
  readonly nameOf: (key: RowKey) => string;
}): OfferedKey[] {
  const { rows, nameOf } = options;
  const text = options.text.trim();
  const wanted = text.toLowerCase();
  const offered = rows.flatMap(([given, value]): OfferedKey[] => {
    const key = given === null ? null : String(given);
    const name = nameOf(key);
    const holds = name.toLowerCase().includes(wanted) || (key ?? '').toLowerCase().includes(wanted);
    return holds ? [{ key, name, value: value ?? null, typed: false }] : [];
  });
  if (text === '' || offered.some(({ key }) => key === text)) return offered;
  return [...offered, { key: text, name: text, value: null, typed: true }];
}
