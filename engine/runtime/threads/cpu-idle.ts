import { cpus } from 'node:os';

/**
 * Share of the machine's processor time that nobody used since the call before, 0 … 1; null for the first call. Where
 * the system tells a container of its host's processors, it is the host's.
 */
export function createCpuIdle(read: typeof cpus = cpus): () => number | null {
  const total = (): { idle: number; all: number } => {
    const sum = { idle: 0, all: 0 };
    for (const { times } of read()) {
      sum.idle += times.idle;
      sum.all += times.idle + times.user + times.nice + times.sys + times.irq;
    }
    return sum;
  };
  let before: ReturnType<typeof total> | null = null;
  return () => {
    const now = total();
    const passed = before && now.all > before.all ? now.all - before.all : null;
    const idle = before && passed !== null ? (now.idle - before.idle) / passed : null;
    before = now;
    return idle;
  };
}
