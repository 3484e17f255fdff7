import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAuditTrail } from './audit-trail.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-audit-'));
  path = join(folder, 'audit.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (atMs: number, what = 'paused job 7') => ({ atMs, actor: 'operator', from: '10.0.0.1', what });

test('lines come back newest first, also after a restart', async () => {
  const trail = await openAuditTrail({ path });
  await Promise.all([trail.add(line(1)), trail.add(line(2)), trail.add(line(3))]);
  expect(await trail.newest(2)).toEqual([line(3), line(2)]);
  expect(await (await openAuditTrail({ path })).newest(10)).toEqual([line(3), line(2), line(1)]);
});

test('nobody but its owner reads it', async () => {
  writeFileSync(path, `${JSON.stringify(line(1))}\n`, { mode: 0o644 });
  await (await openAuditTrail({ path })).add(line(2));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what was done can hold no line of its own', async () => {
  const trail = await openAuditTrail({ path });
  const what = `a\n${JSON.stringify(line(9))}\n\u2028b`;
  await trail.add(line(1, what));
  expect(await trail.newest(10)).toEqual([line(1, what)]);
  await trail.add(line(2, 'x'.repeat(10_000)));
  expect((await trail.newest(1))[0]?.what).toHaveLength(501);
});

test('a line that a crash cut off costs itself alone', async () => {
  const first = await openAuditTrail({ path });
  await first.add(line(1));
  appendFileSync(path, '{"atMs":2,"actor":"oper');
  const second = await openAuditTrail({ path });
  await second.add(line(3));
  expect(await second.newest(10)).toEqual([line(3), line(1)]);
});

test('lines that someone wrote in between are passed over unless they are sound', async () => {
  const trail = await openAuditTrail({ path });
  await trail.add(line(1));
  appendFileSync(path, 'nonsense\n{"atMs":"2"}\n[]\n\n');
  await trail.add(line(3));
  expect(await trail.newest(10)).toEqual([line(3), line(1)]);
});

test('long files are put aside and the eldest removed, so that the list stays bounded', async () => {
  const trail = await openAuditTrail({ path, fileBytes: 1000 });
  for (let at = 0; at < 200; at++) await trail.add(line(at));
  const names = readdirSync(folder).sort();
  expect(names).toEqual(['audit.jsonl', 'audit.jsonl.1', 'audit.jsonl.2', 'audit.jsonl.3']);
  for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThan(1200);
  const kept = (await trail.newest(1000)).map(({ atMs }) => atMs);
  expect(kept.length).toBeGreaterThan(30);
  expect(kept).toEqual(Array.from(kept, (_, at) => 199 - at));
  expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
});

test('a line that can not be written is refused, and the next one is tried', async () => {
  const trail = await openAuditTrail({ path: join(folder, 'sub', 'audit.jsonl') });
  await expect(trail.add(line(1))).rejects.toThrow('ENOENT');
  await expect(trail.add(line(2))).rejects.toThrow('ENOENT');
});
