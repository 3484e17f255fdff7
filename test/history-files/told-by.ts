import type { History, PublishedDay } from '../../engine/history/history.ts';
import { meaningOf } from '../../engine/history/meaning-of-figures.ts';
import type { Plan } from '../../engine/plan/plan.ts';

/** All that a history tells of its published days, as JSON has it. */
export async function toldBy(options: { history: History; plan: Plan }): Promise<unknown> {
  const { history, plan } = options;
  const days: { published: PublishedDay; figures: unknown }[] = [];
  for (const published of history.publishedDays()) {
    const rollups = plan.rollups.map(({ name }) => name);
    const figures = meaningOf(await history.figuresOf(published.day, { rollups, identity: true }));
    days.push({ published, figures });
  }
  const plain = (_: string, value: unknown): unknown =>
    value instanceof Set
      ? [...value].map(String).sort()
      : ArrayBuffer.isView(value)
        ? [...(value as Float64Array)]
        : value;
  return JSON.parse(JSON.stringify(days, plain)) as unknown;
}
