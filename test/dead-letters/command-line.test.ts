import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../engine/config.ts';
import type { DeadLetter, DeadLetterList } from '../../engine/protocol/dead-letters.ts';
import { runGmv } from '../run-gmv.ts';
import { runGmvHere } from '../run-gmv-here.ts';
import { layLetters } from './lay-letters.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-letters-cli-'));
  await layLetters(join(folder, 'data', 'live'), {
    'orders/0': [
      { offset: 3, value: 'no json \u001b[31m', reason: 'not_json', recordTimeMs: 1_000 },
      { offset: 4, value: Buffer.from('ff00fe', 'hex'), reason: 'not_json' },
      { offset: 5, value: null, reason: 'tombstone' },
    ],
    'orders/1': [{ offset: 0, value: '{"event_id":"e"}', reason: 'currency', eventId: 'e' }],
    'refunds/0': [{ offset: 2, value: '{"a":\n1}', fate: 'conflict', eventId: 'x'.repeat(70_000) }],
    'refunds/1': [{ offset: 9, value: 'é'.repeat(40_000), reason: 'not_json' }],
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command line in this process: a process for each costs a second. */
const letters = (...args: string[]) =>
  runGmvHere({
    args: ['dead-letters', ...args],
    folder,
    loadConfig: async (from) => ({ ...(await loadConfig(from)), dataFolder: join(from, 'data') }),
  });
const listed = async (...args: string[]) =>
  JSON.parse((await letters('list', '--json', ...args)).stdout) as DeadLetterList;
const places = ({ letters }: DeadLetterList) =>
  letters.map(({ topic, partition, offset }) => `${topic}/${partition} ${offset}`);

describe('gmv dead-letters', () => {
  it('list shows the newest first, counts all by topic and reason, and what was only counted', async () => {
    const { code, stdout, stderr } = await letters('list', '--limit', '4');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^record +written +bytes +reason +sent again +value$/);
    expect(lines.slice(2, 6).map((line) => line.split(/ {2,}/)[0])).toEqual([
      'refunds/1 9',
      'refunds/0 2',
      'orders/1 0',
      'orders/0 4',
    ]);
    expect(lines[5]).toMatch(/ 3 +not_json +– +ff 00 fe$/);
    expect(lines.slice(7)).toEqual([
      '4 of 5 dead letters, as of 2026-11-11T04:00:00.000Z',
      '  2 not_json in orders',
      '  1 currency in orders',
      '  1 conflict in refunds',
      '  1 not_json in refunds',
      '1 only counted, as they have no value',
    ]);
  });

  it('list keeps to a reason and a topic', async () => {
    expect(places(await listed('--reason', 'not_json'))).toEqual(['refunds/1 9', 'orders/0 4', 'orders/0 3']);
    expect(places(await listed('--reason', 'not_json', '--topic', 'orders'))).toEqual([
      'orders/0 4',
      'orders/0 3',
    ]);
    expect(places(await listed('--reason', 'future'))).toEqual([]);
  });

  it('show gives all that was kept: text that moves no cursor, hex, and how much is missing', async () => {
    const text = await letters('show', 'orders/0', '3');
    expect(text.stdout).toContain('written     1970-01-01T00:00:01.000Z\nreason      not_json');
    expect(text.stdout.endsWith('\n\nno json \\u{1b}[31m\n')).toBe(true);
    const hex = await letters('show', 'orders/0', '4');
    expect(hex.stdout).toMatch(/\n\n00000000 {2}ff 00 fe {41}\.\.\.\n$/);
    const cut = await letters('show', 'refunds/1', '9');
    expect(cut.stdout).toContain('bytes       first 65,536 of 80,000');
    const lines = JSON.parse((await letters('show', 'refunds/0', '2', '--json')).stdout) as DeadLetter;
    expect([lines.text, lines.eventId]).toEqual(['{"a":\n1}', 'x'.repeat(1024)]);
  });

  it.each([
    [['show', 'orders/0', '99'], 1, 'There is no letter of orders/0 99'],
    [['show', 'orders', '99'], 2, 'topic/number'],
    [['list', '--limit', '0'], 2, 'integer from 1'],
    [['resend', '--topic', 'no such'], 2, 'letters, digits'],
  ])('%j is refused by name', async (args, code, message) => {
    const ended = await letters(...(args as string[]));
    expect([ended.code, ended.stdout]).toEqual([code, '']);
    expect(ended.stderr).toContain(message);
  });

  it('resend --dry-run says what would go where, and why some stay', async () => {
    const { code, stdout } = await letters('resend', '--dry-run');
    expect([code, stdout.trimEnd().split('\n')]).toEqual([
      0,
      [
        'Would send 3 to orders',
        'Not sent: 1 in conflict with an event that was applied (--reason conflict sends them)',
        'Not sent: 1 too long to be kept whole: send them from where they came',
      ],
    ]);
    const conflicts = await letters('resend', '--dry-run', '--reason', 'conflict', '--to', 'mended');
    expect(conflicts.stdout).toBe('Would send 1 to mended\n');
  });

  it('resend without a broker says so and marks nothing', async () => {
    const { code, stderr } = await letters('resend', '--brokers', '127.0.0.1:1');
    expect([code, stderr]).toEqual([1, expect.stringContaining('no Kafka broker answers at 127.0.0.1:1')]);
    expect((await listed()).letters.every(({ sentAtMs }) => sentAtMs === null)).toBe(true);
  });

  it('without a checkpoint says where letters are kept', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'gmv-letters-none-'));
    writeFileSync(join(empty, 'gmv.config.ts'), "export default { dataFolder: './nothing' };\n");
    const { code, stdout } = await runGmv(['dead-letters', 'list'], { folder: empty });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^No dead letters: there is no checkpoint/)]);
    rmSync(empty, { recursive: true });
  });
});
