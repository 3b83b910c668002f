import type { FulfilmentStatus, Place } from '@astrolabe/kernel';
import { STATUS_CODES } from '../omni/status.ts';

/** Where one sub-order goes, as integrators read it in a trade's `omnichannel_param`. */
export type OmnichannelEntry = {
  readonly subOrderId: string;
  /** The number of the allocation. */
  readonly allocation: number;
  readonly place: Place;
  /** Printed as its X_* code. */
  readonly orderState: FulfilmentStatus;
  /** The buyer collects the goods at the place. */
  readonly pickup?: boolean;
  /** What the seller's own router gave with its allocation, such as gifts and batches: name and text. */
  readonly attributes?: readonly (readonly [name: string, text: string])[];
};

/** Separators of the grammar that a value cannot hold; a colon it can. */
const SEPARATORS = /[,;]/g;

/** Keys of the grammar itself (catalogue A.3): an attribute cannot pass for one of them. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'orderType',
  'allocationCode',
  'subOrderCode',
  'targetType',
  'targetCode',
  'orderState',
  'everStoreAllocated',
  'RDCompanyCode',
  'RDTime',
  'acceptExpirationTime',
  'targetStoreOuterId',
]);

const percent = (text: string, characters: RegExp): string =>
  text.replace(characters, (one) => encodeURIComponent(one));

/** Nothing of an attribute may be lost, so separators inside it are percent-encoded. */
const attributePair = ([name, text]: readonly [string, string]): [string, string] => {
  const key = percent(name, /[%,;:\s]/g);
  return [OWN_KEYS.has(key) ? `attributes.${key}` : key, percent(text, /[%,;]/g)];
};

/**
 * Prints a trade's allocation (catalogue A.3): sub-orders end with `;`, pairs are separated by `,`, key
 * and value by the first `:`. Nothing allocated is an empty text. Attributes follow the pairs of the
 * grammar; `%`, `,` and `;` in them are percent-encoded (docs/adr/0047).
 */
export const printOmnichannelParam = (entries: readonly OmnichannelEntry[]): string =>
  writeOmnichannelPairs(
    entries.map(({ subOrderId, allocation, place, orderState, pickup, attributes = [] }) => [
      ['orderType', pickup ? 'STORE_COLLECT' : 'STORE_DELIVER'],
      ['allocationCode', String(allocation)],
      ['subOrderCode', subOrderId],
      ['targetType', place.type],
      ['targetCode', place.id],
      ['orderState', STATUS_CODES[orderState]],
      ...attributes.map(attributePair),
    ]),
  );

/** One sub-order of an `omnichannel_param`, pair by pair in the order they came in. */
export type OmnichannelPairs = readonly (readonly [key: string, value: string])[];

/**
 * Writes sub-orders of any keys in the grammar of catalogue A.3. Separators inside a value would end
 * it, so they become spaces.
 */
export const writeOmnichannelPairs = (subOrders: readonly OmnichannelPairs[]): string =>
  subOrders
    .map((pairs) => {
      const printed = pairs.map(([key, value]) => `${key}:${value.replace(SEPARATORS, ' ')}`);
      return `${printed.join(',')};`;
    })
    .join('');

/** What an `omnichannel_param` holds. */
export type ReadOmnichannelParam = {
  readonly subOrders: readonly OmnichannelPairs[];
  /** Parts that are no key and value, as they stand in the text. */
  readonly unread: readonly string[];
};

/**
 * Reads an `omnichannel_param` (catalogue A.3): key and value part at the first colon, because times
 * hold colons (trap 34); the last `;` and a last `,` may be there or not. Unknown keys are kept. A part
 * without a colon continues the value before it, which then holds a comma; without a value before it,
 * it is left unread.
 */
export function readOmnichannelPairs(text: string): ReadOmnichannelParam {
  const subOrders: OmnichannelPairs[] = [];
  const unread: string[] = [];
  for (const part of text.split(';')) {
    const pairs: [string, string][] = [];
    for (const pair of part.split(',')) {
      const colon = pair.indexOf(':');
      const key = pair.slice(0, Math.max(0, colon)).trim();
      const before = pairs.at(-1);
      if (key !== '') pairs.push([key, pair.slice(colon + 1)]);
      else if (pair.trim() === '') continue;
      else if (colon < 0 && before) before[1] += `,${pair}`;
      else unread.push(pair);
    }
    if (pairs.length > 0) subOrders.push(pairs);
  }
  return { subOrders, unread };
}
