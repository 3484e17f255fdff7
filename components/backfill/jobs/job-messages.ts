import { jobsEn } from '../../messages/jobs-en.ts';
import { jobsZhCN } from '../../messages/jobs-zh-cn.ts';
import type { PageMessages } from '../../messages/messages-provider.tsx';

/** What pages that show backfills say besides what all say. */
export const jobMessages = {
  en: { jobs: jobsEn },
  'zh-CN': { jobs: jobsZhCN },
} satisfies PageMessages;
