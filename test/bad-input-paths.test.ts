import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGmv } from './run-gmv.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-bad-paths-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const makePipe = (path: string): Buffer => execFileSync('sh', ['-c', 'mkfifo "$0"', path]);

describe('gmv replay refuses, in one message and with exit code 1,', () => {
  const servers: Server[] = [];
  afterAll(() => Promise.all(servers.map((server) => new Promise((done) => server.close(done)))));

  const PATHS: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
    ['a pipe', (path) => makePipe(path), /neither a file nor a folder.*pipe/],
    [
      'a socket',
      (path) =>
        new Promise<void>((ready) => {
          servers.push(createServer().listen(path, ready));
        }),
      /neither a file nor a folder/,
    ],
    ['a device', (path) => symlinkSync('/dev/zero', path), /neither a file nor a folder/],
    [
      'a folder that holds only a pipe',
      (path) => {
        mkdirSync(path);
        makePipe(join(path, 'x.parquet'));
      },
      /x\.parquet is no file but a pipe/,
    ],
    ['a link to itself', (path) => symlinkSync(path, path), /ELOOP/],
    ['a link to nothing', (path) => symlinkSync('nowhere', path), /No Parquet file found/],
    ['an empty folder', (path) => mkdirSync(path), /No Parquet file found/],
  ];
  // Root may read everything.
  if (process.getuid?.() !== 0) {
    const unreadable = (path: string): void => {
      writeFileSync(path, 'PAR1');
      chmodSync(path, 0);
    };
    it('a file without permission', () => refused('unreadable', unreadable, /EACCES.*permissions/));
  }
  it.each(PATHS)('%s', (what, make, told) => refused(what, make, told));

  async function refused(what: string, make: (path: string) => unknown, told: RegExp): Promise<void> {
    const name = `${what.replaceAll(' ', '-')}.parquet`;
    await make(join(folder, name));
    const { code, stdout, stderr } = await runGmv(['replay', name, '--json'], { folder });
    expect(stderr).toMatch(told);
    expect(stderr).toContain(name);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  }
});
