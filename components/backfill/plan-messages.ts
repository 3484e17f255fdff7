import { coverageEn } from '../messages/coverage-en.ts';
import { coverageZhCN } from '../messages/coverage-zh-cn.ts';
import { draftEn } from '../messages/draft-en.ts';
import { draftZhCN } from '../messages/draft-zh-cn.ts';
import type { PageMessages } from '../messages/messages-provider.tsx';
import { jobMessages } from './jobs/job-messages.ts';

/** What the page of backfills says besides what all say. */
export const planMessages = {
  en: { ...jobMessages.en, coverage: coverageEn, draft: draftEn },
  'zh-CN': { ...jobMessages['zh-CN'], coverage: coverageZhCN, draft: draftZhCN },
} satisfies PageMessages;
