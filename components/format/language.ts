export const languages = ['en', 'zh-CN'] as const;

export type Language = (typeof languages)[number];

/** The board's language for a browser's preferences (`Accept-Language` or `navigator.languages`), best first. */
export function preferredLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const primary = tag.trim().toLowerCase().split(/[-_;]/)[0];
    if (primary === 'zh') return 'zh-CN';
    if (primary === 'en') return 'en';
  }
  return 'en';
}
