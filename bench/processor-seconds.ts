import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Processor seconds that this process has used, all its threads together: what else the machine does is no part of it. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Runs it and gives what it used. */
export async function processorSecondsOf(run: () => unknown): Promise<number> {
  const before = processorSeconds();
  await run();
  return processorSeconds() - before;
}

/** Of `/proc/…/stat`: how many to a second, on every Linux of today. */
const TICKS = 100;

/** What another process and its children have used so far, by Linux's own account (proc(5)); NaN on other systems. */
export function processorSecondsOfTree(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, a name in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const own = (Number(fields[11]) + Number(fields[12])) / TICKS;
    return children.filter(Boolean).reduce((sum, child) => sum + processorSecondsOfTree(Number(child)), own);
  } catch {
    return Number.NaN;
  }
}

/** What everything on this machine has used so far. */
export function processorSecondsOfMachine(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1000;
}
