import { createContext, useContext } from 'react';

export type Language = 'zh' | 'en';

/** What something is called in both languages. */
export type Words = readonly [chinese: string, english: string];

/** Texts by key, Chinese and English side by side. */
export type Texts = Readonly<Record<string, Words>>;

export const LanguageContext = createContext<Language>('zh');

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

export const savedLanguage = (): Language =>
  localStorage.getItem(STORAGE_KEY) === 'en' ? 'en' : 'zh';

export const saveLanguage = (language: Language): void =>
  localStorage.setItem(STORAGE_KEY, language);
