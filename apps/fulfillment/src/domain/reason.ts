/**
 * Why a store does not send goods: a code, and what its teller says beside it. Our own pages say OUT_OF_STOCK, MISSING,
 * DAMAGED, MISCOUNTED, CLOSING or OTHER; a store's own system may say another, which is kept as it is.
 */
export type Reason = { readonly code: string; readonly text: string };

/** Goods that stock has and the shelf has not: not found, not to be sold, or fewer than was thought. */
const OF_GOODS: readonly string[] = ['MISSING', 'DAMAGED', 'MISCOUNTED'];

/** Whether a reason may say that goods are not there. */
export const isOfGoods = ({ code }: Reason): boolean => OF_GOODS.includes(code);

const CODE_MAX = 40;
const TEXT_MAX = 200;
const CODE = /^[A-Z][A-Z0-9_]*$/;

const cut = (text: string, most: number): string => Array.from(text.trim()).slice(0, most).join('');

/**
 * A reason as it is kept; undefined where nothing was said. What is no code is a text, and a text alone is
 * another reason: rates by reason are of codes.
 */
export function reasonOf(said: Reason | undefined): Reason | undefined {
  if (!said) return undefined;
  const code = said.code.trim();
  const isCode = CODE.test(code) && code.length <= CODE_MAX;
  const text = cut(isCode ? said.text : [code, said.text].join(' '), TEXT_MAX);
  if (isCode) return { code, text };
  return text === '' ? undefined : { code: 'OTHER', text };
}
