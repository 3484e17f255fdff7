import { beforeEach, expect, test } from 'vitest';
import { createSignInLimit, type SignInLimit } from './sign-in-limit.ts';

let nowMs: number;
let limit: SignInLimit;
beforeEach(() => {
  nowMs = 1_000_000_000;
  limit = createSignInLimit({ clock: { now: () => nowMs } });
});

/** Waits that an address has before each of its next tries, where it makes each as soon as it may. */
function waitsOf(address: string, tries: number): number[] {
  return Array.from({ length: tries }, () => {
    const waitMs = limit.take(address);
    nowMs += waitMs;
    if (waitMs > 0) expect(limit.take(address)).toBe(0);
    return waitMs;
  });
}

test('five tries are free, then each waits twice as long, up to fifteen minutes', () => {
  expect(waitsOf('a', 18)).toEqual(
    [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900].map((s) => s * 1000),
  );
});

test('tries at once count before any of them was looked at', () => {
  const waits = Array.from({ length: 20 }, () => limit.take('a'));
  expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(5);
});

test('one address holds up no other, until there are too many of them', () => {
  for (let at = 0; at < 8; at++) limit.take('a');
  expect(limit.take('a')).toBeGreaterThan(0);
  expect(limit.take('b')).toBe(0);
  let at = 0;
  while (limit.take(`c${at}`) === 0) at++;
  expect(at).toBe(24);
  // Whoever guesses together waits twenty seconds at most: it is the operator's, too.
  for (let more = 0; more < 100; more++) {
    nowMs += 20_000;
    expect(limit.take(`d${more}`)).toBe(0);
    expect(limit.take(`e${more}`)).toBeLessThanOrEqual(20_000);
  }
});

test('the right password clears its address, and quiet hours clear all', () => {
  for (let at = 0; at < 5; at++) limit.take('a');
  limit.succeeded('a');
  expect(limit.take('a')).toBe(0);
  for (let at = 0; at < 10; at++) limit.take('b');
  expect(limit.take('b')).toBeGreaterThan(0);
  nowMs += 3_600_000;
  expect(waitsOf('b', 6)).toEqual([0, 0, 0, 0, 0, 1000]);
});

test('a refused try does not lengthen the wait', () => {
  for (let at = 0; at < 5; at++) limit.take('a');
  for (let at = 0; at < 1000; at++) expect(limit.take('a')).toBe(1000);
  nowMs += 1000;
  expect(limit.take('a')).toBe(0);
});

test('a clock that is set back by a day makes nobody wait for a day', () => {
  for (let at = 0; at < 6; at++) limit.take('a');
  nowMs -= 86_400_000;
  const waitMs = limit.take('a');
  expect(waitMs).toBeLessThanOrEqual(2000);
  nowMs += waitMs;
  expect(limit.take('a')).toBe(0);
});

test('a hundred thousand addresses are not all remembered', () => {
  for (let at = 0; at < 100_000; at++) {
    limit.take(`2001:db8:${at.toString(16)}::/64`);
    nowMs += 20_000;
  }
  expect(limit.size()).toBeLessThanOrEqual(10_000);
});
