import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokerMissing } from './broker-jars.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-java-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A command that says its version as Java does. */
function javaOf(version: string): string {
  const file = join(folder, 'java');
  writeFileSync(file, `#!/bin/sh\necho 'openjdk version "${version}" 2025-04-15' >&2\n`);
  chmodSync(file, 0o755);
  return file;
}

const none = join('no', 'such', 'place');

describe('what a machine lacks for a broker', () => {
  it('is told by name, with the way out', () => {
    expect(brokerMissing({ java: none })).toMatch(/^no Java \(.*does not run\): install Java 17 or newer/);
    expect(brokerMissing({ java: javaOf('11.0.2') })).toMatch(
      /^Java 11 is too old for Kafka: install Java 17/,
    );
    expect(brokerMissing({ java: javaOf('1.8.0_292') })).toMatch(/^Java 1.8 is too old/);
    expect(brokerMissing({ java: javaOf('17.0.15'), maven: none, jars: none })).toMatch(/^no Maven/);
  });

  it('is nothing with Java 17 or newer and what Maven fetched before', () => {
    expect(brokerMissing({ java: javaOf('17.0.15'), maven: none, jars: folder })).toBeNull();
    expect(brokerMissing({ java: javaOf('26'), maven: none, jars: folder })).toBeNull();
  });
});
