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
