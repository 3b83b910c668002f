import type { Offer } from './offer.ts';

const TERM_MAX = 12;
const TERMS_MAX = 128;
const WORD = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{Letter}\p{Number}])+/gu;
const HAN = /^\p{Script=Han}/u;

/** Text in which two writings of the same are equal: full width is half width, upper case is lower case. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The words that somebody searches for, each shortened to what terms keep. */
export const searchWords = (text: string): string[] =>
  [...plain(text).matchAll(WORD)].map(([word]) => cut(word)).slice(0, 8);

/**
 * What an offer is found by: the beginnings of its codes and of the words of its name; Chinese text, which has no
 * words of its own, at every character.
 */
export function searchTerms({
  sku,
  cargoNo,
  detail: { name, brand, model, barcode },
}: Pick<Offer, 'sku' | 'cargoNo' | 'detail'>): string[] {
  const words = [sku, cargoNo, barcode, model, brand, name].flatMap((text) =>
    [...plain(text).matchAll(WORD)].flatMap(([word]) => (HAN.test(word) ? tails(word) : [word])),
  );
  return [...new Set(words.map(cut))].slice(0, TERMS_MAX);
}

const cut = (word: string): string => Array.from(word).slice(0, TERM_MAX).join('');

const tails = (word: string): string[] => {
  const characters = Array.from(word);
  return characters.map((_one, index) => characters.slice(index).join(''));
};
