import { isOurs } from '@astrolabe/kernel';
import { isOpen, isShipped, lacksSpi } from './pushed-order.ts';
import type { PushedOrder } from './pushed-order.ts';

export type Application = {
  readonly appKey: string;
  readonly omni: boolean;
  /** It gets receivers and buyers as the channel gave them; others get them masked. */
  readonly revealsReceiver?: true;
};

/** What a seller has settled about who receives its orders. */
export type Settings = {
  /** Empty: the seller has no SPI. */
  readonly spiUrl: string;
  readonly method: 'RETURNED' | 'ONBOARDING';
  readonly onboardingAppKey: string;
  readonly applications: readonly Application[];
};

/**
 * Whether the seller's side was notified, so that the tables may follow (white paper L330, L386):
 * its router was asked to allocate, or its store system was notified of the allocation. One that could
 * not be notified in all tries is left to poll, so the table is all the more what it needs.
 */
export function isAnnounced(push: PushedOrder): boolean {
  const { allocator, acceptor, allocate, allocation, notified } = push;
  if (allocator === 'isv') {
    return allocate !== null && !isOpen(allocate) && !lacksSpi(allocate);
  }
  // Model A: no part of the flow reaches the merchant before the shipment.
  return acceptor === 'pos' && allocation > 0 && notified >= allocation;
}

/**
 * The applications that may have this order now (catalogue 1.5, 6.4): one that is the seller's own at
 * once, every order once it is shipped; before that an omni-channel order goes only to
 * applications that process those, after the SPI: with an ISV router to those its answer names
 * (method 1) or to the one registered at onboarding (method 2), else to the seller's ISV. Who has the
 * order already stays informed.
 */
export function audience(push: PushedOrder, settings: Settings): readonly string[] {
  const { order, allocator, returned } = push;
  if (!order) return [];
  const all = settings.applications.map(({ appKey }) => appKey);
  if (!isOurs(order) || isShipped(push)) return all;
  if (!isAnnounced(push)) return [];
  const omni = settings.applications.filter((one) => one.omni).map(({ appKey }) => appKey);
  const { method, onboardingAppKey } = settings;
  const isMeant = (appKey: string): boolean => {
    if (allocator === 'isv' && method === 'RETURNED') return returned.includes(appKey);
    if (allocator !== 'isv' && onboardingAppKey === '') return true;
    return appKey === onboardingAppKey;
  };
  const hasIt = new Set(push.rows.filter((row) => row.written > 0).map(({ appKey }) => appKey));
  return omni.filter((appKey) => isMeant(appKey) || hasIt.has(appKey));
}

/** Keys in an answer that this seller has not registered: its orders are not for them. */
export const strangersOf = (
  push: PushedOrder,
  { method, applications }: Settings,
): readonly string[] =>
  method === 'RETURNED'
    ? push.returned.filter((appKey) => !applications.some((one) => one.appKey === appKey))
    : [];
