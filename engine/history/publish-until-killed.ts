import { createBusinessCalendar } from '../calendar/business-calendar.ts';
import { defaultCatalogue } from '../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { compilePlan } from '../plan/compile-plan.ts';
import { figuresOfFacts, sampleFacts } from './figures-of-facts.ts';
import { openHistory } from './open-history.ts';

/**
 * Publishes one generation after the other into the file that its argument names, until it is killed; the
 * crash test starts it. Says each generation once it is published; `counts.rows` minus 800 tells the amounts that a generation was made of.
 */
const [path = ''] = process.argv.slice(2);
const day = '2010-12-01';
const calendar = createBusinessCalendar('UTC');
const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: 'CNY',
});
const history = await openHistory({ path, plan, clock: Date.now });
for (let amount = 1; ; amount++) {
  const facts = sampleFacts({ calendar, day, count: 800, amount });
  const figures = figuresOfFacts({ plan, calendar, day, facts, identity: true });
  const counts = { ...figures.counts, rows: 800 + amount };
  const generation = await history.publish({ ...figures, counts }, 'replay');
  process.stdout.write(`${generation}\n`);
}
