import {
  addScItem,
  bindItem,
  createStore,
  initialiseGoods,
  initialiseItems,
  queryGoods,
  queryItems,
  reportAccepted,
  reportConsigned,
  reportRefused,
  syncAllocation,
  syncOrderStatus,
  updateGoods,
  updateItems,
  updateOrderStatus,
  updateStore,
} from '@astrolabe/schemas';
import type { ChannelRefusal } from '@astrolabe/schemas';

const KIB = 1_024;
/** A method of a few fields. */
const USUAL = 16 * KIB;
/** As long as the server reads at all. */
const WHOLE = Number.POSITIVE_INFINITY;

/**
 * Longest bodies of methods that hold more than a few fields. Every byte of a body is read before its
 * rules are looked at, so a method takes no more than its own fields and lists can fill.
 */
const LIMITS: ReadonlyMap<string, number> = new Map([
  // A thousand lines.
  ...[initialiseGoods, initialiseItems, updateGoods, updateItems, queryGoods, queryItems].map(
    ({ method }) => [method, WHOLE] as const,
  ),
  // 500 lines with attributes.
  [syncAllocation.method, WHOLE],
  // 500 sub-orders, their quotes escaped.
  ...[reportAccepted, reportRefused, reportConsigned, syncOrderStatus, updateOrderStatus].map(
    ({ method }) => [method, 64 * KIB] as const,
  ),
  // Two texts of 500 characters and twenty of 50, each a reference; 200 stores; texts about goods.
  ...[createStore, updateStore, bindItem, addScItem].map(
    ({ method }) => [method, 32 * KIB] as const,
  ),
]);

/** The refusal of a body that is longer than its method takes; null where it is not. */
export function tooLong(method: string, bytes: number): ChannelRefusal | null {
  const limit = LIMITS.get(method) ?? USUAL;
  if (bytes <= limit) return null;
  return { code: 'isv.body-too-large', message: `${method} takes at most ${limit} bytes` };
}
