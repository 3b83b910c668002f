import type { Place } from '@astrolabe/kernel';

/** Where one sub-order goes, as integrators read it in a trade's `omnichannel_param`. */
export type OmnichannelEntry = {
  readonly subOrderId: string;
  /** The number of the allocation. */
  readonly allocation: number;
  readonly place: Place;
  /** X_* code. */
  readonly orderState: string;
};

/** Separators of the grammar that a value cannot hold; a colon it can. */
const SEPARATORS = /[,;]/g;

/**
 * Prints a trade's allocation (catalogue A.3): sub-orders end with `;`, pairs are separated by `,`, key
 * and value by the first `:`. Nothing allocated is an empty text.
 */
export const printOmnichannelParam = (entries: readonly OmnichannelEntry[]): string =>
  entries
    .map(({ subOrderId, allocation, place, orderState }) => {
      const pairs = [
        ['orderType', 'STORE_DELIVER'],
        ['allocationCode', String(allocation)],
        ['subOrderCode', subOrderId],
        ['targetType', place.type],
        ['targetCode', place.id],
        ['orderState', orderState],
      ];
      const printed = pairs.map(([key, value = '']) => `${key}:${value.replace(SEPARATORS, ' ')}`);
      return `${printed.join(',')};`;
    })
    .join('');
