'use client';

import { useTranslations } from 'use-intl/react';
import { useFormats } from '../format/format-provider.tsx';
import { Switch } from './switch.tsx';
import { useBoardState } from './url-state.ts';

export function LanguageSwitch() {
  const t = useTranslations('language');
  const { language } = useFormats();
  const [, setState] = useBoardState();
  return (
    <Switch
      label={t('label')}
      value={language}
      onChange={(lang) => void setState({ lang })}
      options={[
        { value: 'en', text: 'EN', lang: 'en' },
        { value: 'zh-CN', text: '中文', lang: 'zh-CN' },
      ]}
    />
  );
}

export function ThemeSwitch() {
  const t = useTranslations('theme');
  const [{ theme }, setState] = useBoardState();
  return (
    <Switch
      label={t('label')}
      value={theme}
      onChange={(theme) => void setState({ theme })}
      options={[
        { value: 'dark', text: t('dark') },
        { value: 'light', text: t('light') },
      ]}
    />
  );
}
