import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../checkpoints/durable-files.ts';

const change = z.strictObject({
  file: z.string(),
  what: z.enum(['appeared', 'changed', 'vanished']),
  atMs: z.number(),
});

const partSettings = z.strictObject({
  rows: z.number(),
  bytes: z.number(),
  minTimeMs: z.number().nullable(),
  maxTimeMs: z.number().nullable(),
});

const remembered = z.strictObject({
  path: z.string(),
  bytes: z.number(),
  modifiedMs: z.number(),
  /** Null where the file could not be read: it is tried again. */
  contents: z
    .strictObject({
      fingerprint: z.string(),
      rows: z.number(),
      parts: z.array(partSettings),
      /** What is wrong in the file, though it can be read. */
      notes: z.array(z.string()),
    })
    .nullable(),
});

const memory = z.strictObject({
  version: z.literal(1),
  /** How files were read: what was found by another reading is not known any more. */
  reading: z.string(),
  files: z.array(remembered),
  changes: z.array(change),
});

export type RememberedFile = z.output<typeof remembered>;
export type FileContents = NonNullable<RememberedFile['contents']>;
export type FileChange = z.output<typeof change>;

/** What the look before found, also that of another process. */
export interface LookMemory {
  /** By path; empty before the first look, and null then. */
  files(): ReadonlyMap<string, RememberedFile> | null;
  /** Of the last day, the newest of each file. */
  changes(): readonly FileChange[];
  /** Compares with what was remembered, then remembers this. */
  keep(files: readonly RememberedFile[], nowMs: number): Promise<void>;
}

/** For so long a change is told of: whoever looks in the morning sees what happened over night. */
const TOLD_MS = 86_400_000;

/** Opens the memory in a JSON file; one that can't be read is as none, as it costs only time. */
export async function openLookMemory(path: string, reading: string): Promise<LookMemory> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const parsed = memory.safeParse(text === null ? null : parsedJson(text));
  let changes: readonly FileChange[] = parsed.success ? parsed.data.changes : [];
  let files: Map<string, RememberedFile> | null = null;
  if (parsed.success) {
    const known = parsed.data.reading === reading;
    files = new Map(parsed.data.files.map((file) => [file.path, known ? file : { ...file, contents: null }]));
  }
  return {
    files: () => files,
    changes: () => changes,
    async keep(found, nowMs) {
      const next = new Map(found.map((file) => [file.path, file]));
      const fresh = files === null ? [] : differences(files, next, nowMs);
      const kept = new Map(changes.filter(({ atMs }) => atMs > nowMs - TOLD_MS).map((c) => [c.file, c]));
      for (const each of fresh) kept.set(each.file, each);
      const isSame = files !== null && fresh.length === 0 && kept.size === changes.length;
      const isKnown = found.every((file) => files?.get(file.path)?.contents === file.contents);
      files = next;
      changes = [...kept.values()];
      if (isSame && isKnown) return;
      await mkdir(dirname(path), { recursive: true });
      const content = { version: 1, reading, files: found, changes };
      await writeDurably(dirname(path), path, JSON.stringify(content));
    },
  };
}

function differences(
  before: ReadonlyMap<string, RememberedFile>,
  after: ReadonlyMap<string, RememberedFile>,
  atMs: number,
): FileChange[] {
  const changes: FileChange[] = [];
  for (const [file, { bytes, modifiedMs }] of after) {
    const old = before.get(file);
    if (!old) changes.push({ file, what: 'appeared', atMs });
    else if (old.bytes !== bytes || old.modifiedMs !== modifiedMs) {
      changes.push({ file, what: 'changed', atMs });
    }
  }
  for (const file of before.keys()) if (!after.has(file)) changes.push({ file, what: 'vanished', atMs });
  return changes;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
