import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Names the part of the program that a function belongs to, or null where its caller says more. */
export type PartOf = (sourceFile: string, functionName: string) => string | null;

/** What was sampled. */
export interface Stacks {
  /**
   * Each part's share of the samples: a sample belongs to the innermost function on the stack that has a part. What
   * the garbage collector or Node do by themselves is told by their names.
   */
  sharesOf(partOf: PartOf): Map<string, number>;
}

const INTERVAL_MICROSECONDS = 200;

/** Runs it under V8's sampling profiler: code that is measured so needs no clock of its own. */
export async function sampleStacks(run: () => Promise<unknown>): Promise<Stacks> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
  await session.post('Profiler.start');
  await run();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { sharesOf: (partOf) => shares(profile, partOf) };
}

function shares({ nodes }: Profiler.Profile, partOf: PartOf): Map<string, number> {
  const sourceOf = createSourceFinder();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const samples = new Map<string, number>();
  let all = 0;
  const walk = (node: Profiler.ProfileNode, callersPart: string): void => {
    const { functionName, url } = node.callFrame;
    const own = url === '' && functionName.startsWith('(') ? functionName.slice(1, -1) : null;
    const part = own ?? partOf(sourceOf(node.callFrame), functionName) ?? callersPart;
    const hits = part === 'idle' ? 0 : (node.hitCount ?? 0);
    if (hits > 0) samples.set(part, (samples.get(part) ?? 0) + hits);
    all += hits;
    for (const child of node.children ?? []) walk(byId.get(child)!, part === 'root' ? 'Node' : part);
  };
  if (nodes[0]) walk(nodes[0], 'Node');
  return new Map([...samples].map(([part, hits]) => [part, hits / all]));
}

/** The source file of a place in a bundle; the file itself where it is none. */
function createSourceFinder(): (place: Profiler.ProfileNode['callFrame']) => string {
  const maps = new Map<string, SourceMap | null>();
  return ({ url, lineNumber, columnNumber }) => {
    if (!maps.has(url)) maps.set(url, readMap(url));
    const entry = maps.get(url)?.findEntry(lineNumber, columnNumber);
    return entry && 'originalSource' in entry ? entry.originalSource : url;
  };
}

function readMap(url: string): SourceMap | null {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return null;
  return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')));
}
