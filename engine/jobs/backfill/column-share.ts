import type { DatasetFile } from '../../datasets/dataset.ts';
import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { lookIntoFiles } from '../../runtime/replay/look-into-files.ts';
import { bytesRead } from '../../runtime/replay/plan-tasks.ts';

const FILES_LOOKED_INTO = 3;

/**
 * Share of the files' bytes that these columns are, 0 … 1, by the footers of a few of them; 1 where they aren't in our
 * columns yet, for those are read whole.
 */
export async function columnShare(
  files: readonly DatasetFile[],
  columns: readonly string[],
  plan: Plan,
): Promise<number> {
  if (plan.columns.every((column) => columns.includes(column))) return 1;
  const step = Math.max(1, Math.floor(files.length / FILES_LOOKED_INTO));
  const few = files.filter((_, i) => i % step === 0).slice(0, FILES_LOOKED_INTO);
  try {
    const { groups } = await lookIntoFiles({ plan, files: few.map(({ path }) => path) });
    const all = groups.flatMap(({ columnBytes }) => Object.values(columnBytes));
    const total = all.reduce((sum, bytes) => sum + bytes, 0);
    const read = groups.reduce((sum, group) => sum + bytesRead(group, { columns }), 0);
    return total === 0 ? 1 : read / total;
  } catch (error) {
    // Their own problems are told where they are read.
    if (error instanceof GmvError) return 1;
    throw error;
  }
}
