/** What a clerk can do with an order. */
export const ACTIONS = [
  'accept',
  'refuse',
  'ship',
  'agreeCancel',
  'denyCancel',
  'matched',
] as const;
export type Action = (typeof ACTIONS)[number];

/** The lists of the page, and the statuses of the tasks that stand in them. */
export const LISTS = {
  new: ['X_ALLOCATION_NOTIFIED'],
  pack: ['X_SHOP_ALLOCATION', 'X_SHOP_CANCEL_DENIED', 'X_COMMODITY_CONFIRM'],
  refunds: ['X_SHOP_CANCEL', 'X_HANDLED_CANCEL'],
  done: ['X_SHOP_HANDLED', 'X_SHOP_CANCEL_CONFIRM', 'X_MATCHED'],
} as const;

/** Statuses of goods that a store is to send. */
export const TO_SEND: readonly string[] = ['X_SHOP_ALLOCATION', 'X_SHOP_CANCEL_DENIED'];

export type ListName = keyof typeof LISTS;

export const isListName = (name: string): name is ListName => Object.hasOwn(LISTS, name);

const STATUSES: Record<Action, string> = {
  accept: 'X_SHOP_ALLOCATION',
  refuse: 'X_SHOP_DENY',
  ship: 'X_SHOP_HANDLED',
  agreeCancel: 'X_SHOP_CANCEL_CONFIRM',
  denyCancel: 'X_SHOP_CANCEL_DENIED',
  matched: 'X_MATCHED',
};

/** The status that an action reports; pick-up is accepted by its own one (decision D-10). */
export const statusOf = (action: Action, pickup: boolean): string =>
  action === 'accept' && pickup ? 'X_COMMODITY_CONFIRM' : STATUSES[action];
