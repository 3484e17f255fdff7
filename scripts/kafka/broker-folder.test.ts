import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareBrokerFolder } from './broker-folder.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-broker-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const prepare = (port = 9_092) => prepareBrokerFolder({ folder, port, controllerPort: 9_093, partitions: 4 });

function leaveRecordsOf(clusterId: string): void {
  mkdirSync(join(folder, 'records'));
  writeFileSync(join(folder, 'records', 'meta.properties'), `node.id=1\ncluster.id=${clusterId}\n`);
}

describe('the folder of a broker', () => {
  it('keeps its cluster between starts, at any port', () => {
    const first = prepare();
    expect(first.formatted).toBe(false);
    expect(first.clusterId).toMatch(/^A[\w-]{21}$/);
    leaveRecordsOf(first.clusterId);
    const second = prepare(19_092);
    expect(second).toMatchObject({ clusterId: first.clusterId, formatted: true });
    expect(readFileSync(second.settings, 'utf8')).toContain('listeners=PLAINTEXT://127.0.0.1:19092,');
  });

  it('of another cluster is refused', () => {
    prepare();
    leaveRecordsOf('AnotherClusterOfOthers');
    expect(() => prepare()).toThrow(/holds data of another cluster \(AnotherClusterOfOthers, .*--data/);
  });

  it('that holds anything else is refused and left as it is', () => {
    writeFileSync(join(folder, 'thesis.txt'), 'mine');
    expect(() => prepare()).toThrow(/holds no data of this broker: name another folder with --data/);
    expect(readFileSync(join(folder, 'thesis.txt'), 'utf8')).toBe('mine');
  });
});
