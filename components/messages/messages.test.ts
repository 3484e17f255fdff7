import { createTranslator } from 'use-intl/core';
import { expect, test } from 'vitest';
import { coverageEn } from './coverage-en.ts';
import { coverageZhCN } from './coverage-zh-cn.ts';
import { datasetsEn } from './datasets-en.ts';
import { datasetsZhCN } from './datasets-zh-cn.ts';
import { draftEn } from './draft-en.ts';
import { draftZhCN } from './draft-zh-cn.ts';
import { en } from './en.ts';
import { jobsEn } from './jobs-en.ts';
import { jobsZhCN } from './jobs-zh-cn.ts';
import { readableKey } from './use-key-name.ts';
import { zhCN } from './zh-cn.ts';

function leaves(tree: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[[...path, name].join('.'), value]] : leaves(value, [...path, name]),
  );
}

const argumentsOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

/** What all pages say, and what a few say besides. */
const inEnglish = { ...en, jobs: jobsEn, coverage: coverageEn, draft: draftEn, datasets: datasetsEn };
const inChinese = {
  ...zhCN,
  jobs: jobsZhCN,
  coverage: coverageZhCN,
  draft: draftZhCN,
  datasets: datasetsZhCN,
};

test('both languages say the same things with the same blanks', () => {
  const chinese = new Map(leaves(inChinese));
  expect(leaves(inEnglish).map(([path]) => path)).toEqual([...chinese.keys()]);
  for (const [path, text] of leaves(inEnglish))
    expect(argumentsOf(chinese.get(path) ?? ''), path).toEqual(argumentsOf(text));
});

test('every message can be written', () => {
  for (const [locale, messages] of [
    ['en', inEnglish],
    ['zh-CN', inChinese],
  ] as const) {
    const t = createTranslator({
      locale,
      messages: messages as typeof inEnglish,
      onError: (error) => {
        throw error;
      },
    }) as unknown as (key: string, values: Record<string, string>) => string;
    for (const [path, text] of leaves(messages)) {
      const blanks = Object.fromEntries(argumentsOf(text).map((name) => [name ?? '', '#']));
      expect(t(path, blanks)).toBe(text.replace(/\{\w+\}/g, '#'));
    }
  }
});

test('a key without a translation is made legible', () => {
  expect(['home_garden', 'Channel Islands', 'WHITE HANGING HEART', 'mini-app'].map(readableKey)).toEqual([
    'Home garden',
    'Channel Islands',
    'WHITE HANGING HEART',
    'Mini app',
  ]);
});
