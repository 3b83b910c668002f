/** What a clerk can do with an order. */
export const ACTIONS = [
  'accept',
  'refuse',
  'giveBack',
  'ship',
  'agreeCancel',
  'denyCancel',
  'matched',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The lists of the page, and the statuses of the tasks that stand in them. */
export const LISTS = {
  new: ['OFFERED'],
  pack: ['ACCEPTED', 'CANCEL_DENIED', 'READY'],
  refunds: ['CANCEL_ASKED', 'RETURN_EXPECTED'],
  done: ['SHIPPED', 'CANCEL_AGREED', 'RETURNED'],
} as const;

/** The lists of work that waits for a clerk: their tabs carry a number. */
export const COUNTED = ['new', 'pack', 'refunds'] as const;

/** What waits longest is done first; of what is over, the latest is looked for. */
export const isOldestFirst = (list: ListName): boolean => list !== 'done';

/** Statuses of goods that a store is to send. */
export const TO_SEND: readonly string[] = ['ACCEPTED', 'CANCEL_DENIED'];

export type ListName = keyof typeof LISTS;

export const isListName = (name: string): name is ListName => Object.hasOwn(LISTS, name);

const STATUSES: Record<Action, string> = {
  accept: 'ACCEPTED',
  refuse: 'REFUSED',
  giveBack: 'REFUSED',
  ship: 'SHIPPED',
  agreeCancel: 'CANCEL_AGREED',
  denyCancel: 'CANCEL_DENIED',
  matched: 'RETURNED',
};

/** The status that an action reports; pick-up is accepted by its own one (decision D-10). */
export const statusOf = (action: Action, pickup: boolean): string =>
  action === 'accept' && pickup ? 'READY' : STATUSES[action];

/** Why a clerk does not send goods, and the code that fulfillment keeps for it. */
const REASONS: Readonly<Record<string, string>> = {
  outOfStock: 'OUT_OF_STOCK',
  missing: 'MISSING',
  damaged: 'DAMAGED',
  miscounted: 'MISCOUNTED',
  closing: 'CLOSING',
  other: 'OTHER',
};

/** A reason as fulfillment keeps it; a word that no page has stays a text. */
export const reasonOf = (word: string, note: string): { code: string; text: string } => ({
  code: REASONS[word] ?? '',
  text: [...(REASONS[word] ? [] : [word]), note].join(' ').trim(),
});

/** Reasons of goods that are given back: these pieces cannot be sold to others either. */
const OF_GOODS: readonly string[] = ['missing', 'damaged', 'miscounted'];

/** What is lost of a quantity of which so much was found, in thousandths; nothing for other reasons. */
export const lostOf = (word: string, quantityMilli: bigint, foundMilli: bigint): bigint =>
  OF_GOODS.includes(word) && foundMilli < quantityMilli ? quantityMilli - foundMilli : 0n;
