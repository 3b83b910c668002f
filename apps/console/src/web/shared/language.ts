import { createContext, useContext } from 'react';

export type Language = 'zh' | 'en';

/** What something is called in both languages. */
export type Words = readonly [chinese: string, english: string];

/** Texts by key, Chinese and English side by side. */
export type Texts = Readonly<Record<string, Words>>;

export const LanguageContext = createContext<Language>('zh');

/** Texts of a part of the pages as it uses them. */
type TextsOf<Key extends string> = {
  readonly isTextKey: (key: string) => key is Key;
  readonly useText: () => (key: Key) => string;
};

/** What a part of the pages needs of its texts: a translator, and whether a key is one of them. */
export function textsOf<Of extends Texts>(texts: Of) {
  return {
    isTextKey: (key: string): key is keyof Of & string => Object.hasOwn(texts, key),
    /** Returns the translator of the chosen language. */
    useText: (): ((key: keyof Of & string) => string) => {
      const language = useContext(LanguageContext);
      return (key) => texts[key]?.[language === 'zh' ? 0 : 1] ?? key;
    },
  };
}

/** Returns what chooses the words of the chosen language, for what carries its words along. */
export function useWords(): (words: Words) => string {
  const language = useContext(LanguageContext);
  return ([chinese, english]) => (language === 'zh' ? chinese : english);
}

const STORAGE_KEY = 'astrolabe.language';

/** Returns the words of a code; nothing has a dash, and a code that this version does not know is told as such. */
export const codesOf =
  <Key extends string>({ isTextKey, useText }: TextsOf<Key | 'unknown'>) =>
  (): ((code: string | undefined) => string) => {
    const text = useText();
    return (code = '') => {
      if (code === '') return '—';
      return isTextKey(code) ? text(code) : `${text('unknown')} (${code})`;
    };
  };

/** Returns a page's own words for refusals. */
export const refusalsOf =
  <Key extends string>({ isTextKey, useText }: TextsOf<Key>) =>
  (): ((code: string) => string | undefined) => {
    const text = useText();
    return (code) => (isTextKey(code) ? text(code) : undefined);
  };

export const savedLanguage = (): Language =>
  localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'zh';

export const saveLanguage = (language: Language): void =>
  localStorage.setItem(STORAGE_KEY, language);
