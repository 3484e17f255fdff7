import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Testimony } from './witness.ts';

export interface AskWitnessOptions {
  /** Files' bytes by what the answer is to call them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The bundled process entry. */
  readonly witnessFile: string;
}

export interface NamedTestimony {
  readonly verdict: Testimony['verdict'] | 'DuckDB crashed';
  readonly why?: string;
}

/** Files of one process of the witness: a crash costs the others nothing but a start. */
const AT_ONCE = 50;

/** Has DuckDB read files too, in processes of its own, for it may crash where we may not. */
export function askWitness({ files, witnessFile }: AskWitnessOptions): Map<string, NamedTestimony> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-fuzz-witness-'));
  const testimonies = new Map<string, NamedTestimony>();
  try {
    const open = [...files].map(([name, bytes], i) => {
      const path = join(folder, `${i}.parquet`);
      writeFileSync(path, bytes);
      return { name, path };
    });
    while (open.length > 0) {
      const paths = open.slice(0, AT_ONCE).map(({ path }) => path);
      const run = spawnSync(process.execPath, [witnessFile, ...paths], {
        encoding: 'utf8',
        timeout: 120_000,
      });
      const lines = run.stdout.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
      for (const line of lines) testimonies.set(open.shift()?.name ?? '', JSON.parse(line) as Testimony);
      if (lines.length === paths.length) continue;
      const why = `${run.signal ?? run.status}: ${run.stderr.slice(0, 300)}`;
      testimonies.set(open.shift()?.name ?? '', { verdict: 'DuckDB crashed', why });
    }
    return testimonies;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
