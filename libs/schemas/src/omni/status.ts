import type { FulfilmentStatus } from '@astrolabe/kernel';

/** How the buyer gets the goods; FAHUO and ZITI on the wire. */
export type DeliveryFlow = 'SHIP' | 'PICKUP';

/**
 * Who may report a status: the merchant's order system, whoever allocates the order, the store
 * side (clerk, POS), or Astrolabe alone.
 */
export type StatusSetter = 'MERCHANT' | 'ALLOCATOR' | 'STORE_SIDE' | 'ASTROLABE';

export type StatusRule = {
  /** Flows that have the status; none for the generic ones, which need no store and no flow. */
  readonly flows: readonly DeliveryFlow[];
  readonly setter: StatusSetter;
  readonly mandatory: boolean;
  /** Announced for a later version (以后版本支持). */
  readonly future?: true;
};

const generic = (mandatory = false): StatusRule => ({ flows: [], setter: 'MERCHANT', mandatory });
const both: readonly DeliveryFlow[] = ['SHIP', 'PICKUP'];
const store = (flows: readonly DeliveryFlow[], mandatory = false): StatusRule => ({
  flows,
  setter: 'STORE_SIDE',
  mandatory,
});

/** All 23 status codes of a sub-order (white paper 6.4, 6.5). `TRANSER` is the wire's spelling. */
export const ORDER_STATUSES = {
  X_TO_SYSTEM: generic(true),
  X_SERVICE_AUDITED: generic(),
  X_FINANCE_AUDITED: generic(),
  X_SORT_PRINTED: generic(),
  X_SEND_PRINTED: generic(),
  X_LOGISTICS_PRINTED: generic(),
  X_SORTED: generic(),
  X_EXAMINED: generic(),
  X_PACKAGED: generic(),
  X_WEIGHED: generic(),
  X_OUT_WAREHOUSE: generic(),
  X_ALLOCATION_NOTIFIED: { flows: both, setter: 'ALLOCATOR', mandatory: true },
  X_SHOP_ALLOCATION: store(['SHIP'], true),
  // The white paper lists it for shipping; the later API has it for pick-up too (decision D-11).
  X_SHOP_DENY: store(both),
  X_SHOP_HANDLED: store(['SHIP']),
  X_COMMODITY_CONFIRM: store(['PICKUP'], true),
  X_COMMODITY_TRANSER: { ...store(['PICKUP']), future: true },
  X_TRANSFER_SUCCESS: { ...store(['PICKUP']), future: true },
  X_SHOP_CANCEL: { flows: both, setter: 'ASTROLABE', mandatory: false },
  X_SHOP_CANCEL_CONFIRM: store(both),
  X_SHOP_CANCEL_DENIED: store(['SHIP']),
  X_HANDLED_CANCEL: { flows: both, setter: 'ASTROLABE', mandatory: false },
  X_MATCHED: store(both),
} as const satisfies Readonly<Record<string, StatusRule>>;

export type OrderStatus = keyof typeof ORDER_STATUSES;

export const ORDER_STATUS_CODES = Object.keys(ORDER_STATUSES) as readonly OrderStatus[];

/** The code of a status on the wire, by our word for it; one to one. */
export const STATUS_CODES = {
  REGISTERED: 'X_TO_SYSTEM',
  CHECKED_BY_SERVICE: 'X_SERVICE_AUDITED',
  CHECKED_BY_FINANCE: 'X_FINANCE_AUDITED',
  PICK_LIST_PRINTED: 'X_SORT_PRINTED',
  DELIVERY_NOTE_PRINTED: 'X_SEND_PRINTED',
  WAYBILL_PRINTED: 'X_LOGISTICS_PRINTED',
  PICKED: 'X_SORTED',
  INSPECTED: 'X_EXAMINED',
  PACKED: 'X_PACKAGED',
  WEIGHED: 'X_WEIGHED',
  OUT_OF_WAREHOUSE: 'X_OUT_WAREHOUSE',
  OFFERED: 'X_ALLOCATION_NOTIFIED',
  ACCEPTED: 'X_SHOP_ALLOCATION',
  REFUSED: 'X_SHOP_DENY',
  SHIPPED: 'X_SHOP_HANDLED',
  READY: 'X_COMMODITY_CONFIRM',
  TRANSFERRING: 'X_COMMODITY_TRANSER',
  TRANSFERRED: 'X_TRANSFER_SUCCESS',
  CANCEL_ASKED: 'X_SHOP_CANCEL',
  CANCEL_AGREED: 'X_SHOP_CANCEL_CONFIRM',
  CANCEL_DENIED: 'X_SHOP_CANCEL_DENIED',
  RETURN_EXPECTED: 'X_HANDLED_CANCEL',
  RETURNED: 'X_MATCHED',
} as const satisfies Readonly<Record<FulfilmentStatus, OrderStatus>>;

/** The white paper's rule of a status. */
export const statusRule = (status: FulfilmentStatus): StatusRule =>
  ORDER_STATUSES[STATUS_CODES[status]];

/** The flow words of the wire. */
export const FLOW_WORDS: Readonly<Record<DeliveryFlow, string>> = {
  SHIP: 'FAHUO',
  PICKUP: 'ZITI',
};

/** Trade statuses of a sub-order; the document prints TRANSFERED in five spellings. */
export const TRADE_STATUS_WORDS = {
  NOT_PAID: 'STATUS_NOT_PAY',
  PAID: 'STATUS_PAID',
  REFUNDED: 'STATUS_REFUNDED',
  SUCCEEDED: 'STATUS_TRANSFERED',
} as const;
export type TradeStatus = keyof typeof TRADE_STATUS_WORDS;

/** Statuses of an allocation. */
export const ALLOCATION_STATUS_WORDS = {
  WAITING: 'Waiting',
  ALLOCATED: 'Allocated',
  FAILED: 'AllocateFail',
} as const;
export type AllocationStatus = keyof typeof ALLOCATION_STATUS_WORDS;
