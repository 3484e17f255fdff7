import { defineConfig } from './engine/config.ts';

/** What you may set, and its default: see README, "Configuration". */
export default defineConfig({
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  simulator: { seed: 11, eventsPerSecond: 50 },
});
