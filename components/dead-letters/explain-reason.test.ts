import { expect, it } from 'vitest';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import { decodeFailures } from '../../engine/events/record-columns.ts';
import { compileRejects } from '../../engine/plan/compile-rejects.ts';
import { lettersEn } from '../messages/letters-en.ts';
import { familyOfReason, resendCommand } from './explain-reason.ts';

it('every reason that the engine gives is explained, with its column', () => {
  // Rows that were decoded have no letter, and tombstones have nothing to keep.
  const failures = decodeFailures(ORDER_SCHEMA).filter((name) => name !== 'decoded' && name !== 'tombstone');
  const reasons = [...failures, ...compileRejects(ORDER_SCHEMA).map(({ reason }) => reason), 'conflict'];
  for (const reason of reasons) {
    const { family, column } = familyOfReason(reason, lettersEn.reasons);
    expect(family, reason).not.toBe('other');
    expect(lettersEn.reasons[family].what.includes('{column}'), reason).toBe(column !== '');
  }
  const given = new Set(reasons.map((reason) => familyOfReason(reason, lettersEn.reasons).family));
  expect(Object.keys(lettersEn.reasons).filter((family) => !given.has(family as never))).toEqual(['other']);
});

it('a reason that is not known is none of those that objects have', () => {
  for (const reason of ['constructor', 'toString:x', '__proto__', ''])
    expect(familyOfReason(reason, lettersEn.reasons).family).toBe('other');
});

it('the command is one that a shell takes as it is meant', () => {
  const command = resendCommand({ reason: "null:it's", topic: 'orders' });
  expect(command).toContain("--reason 'null:it'\\''s' --topic orders");
});
