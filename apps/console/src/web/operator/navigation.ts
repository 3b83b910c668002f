import { useParams, useSearchParams } from 'react-router';
import type { Session } from '../shared/api.ts';
import type { OrderRefJson } from './api.ts';

const SELLER_KEY = 'astrolabe.seller';

/** Whether a session may see a seller. */
export const maySee = ({ sellers, allSellers }: Session, seller: string): boolean =>
  allSellers !== null || sellers.some(({ sellerId }) => sellerId === seller);

/** Whether a session may change something of a seller. */
export const mayAct = ({ sellers, allSellers }: Session, seller: string): boolean =>
  allSellers?.mayAct === true || sellers.some((one) => one.sellerId === seller && one.mayAct);

/** Whether a session may see in full to whom a seller's orders go, for a reason. */
export const mayReveal = ({ sellers, allSellers }: Session, seller: string): boolean =>
  allSellers?.mayReveal === true || sellers.some((one) => one.sellerId === seller && one.mayReveal);

/**
 * The seller to begin with where an address names none: the one that was looked at last in this browser,
 * if the session may see it, else the first that it may. Empty for who has to name one.
 */
export function firstSeller(session: Session): string {
  const last = localStorage.getItem(SELLER_KEY) ?? '';
  if (last !== '' && maySee(session, last)) return last;
  return session.sellers[0]?.sellerId ?? '';
}

export const rememberSeller = (seller: string): void => localStorage.setItem(SELLER_KEY, seller);

/** The seller that the address names. */
export const useSeller = (): string => useParams()['seller'] ?? '';

/** The page of something of a seller: everything that it shows is in its address. */
export const pageOf = (seller: string, ...path: readonly string[]): string =>
  `/sellers/${[seller, ...path].map(encodeURIComponent).join('/')}`;

/** The page of an order; its channel is in the address, as the same number may be of several. */
export const pageOfOrder = ({ channel, sellerId, number }: OrderRefJson): string =>
  pageOf(sellerId, 'orders', channel, number);

/** An order's name on a page that tells the seller already. */
export const orderName = ({ channel, number }: Omit<OrderRefJson, 'sellerId'>): string =>
  `${channel}/${number}`;

/**
 * What is asked of a list, kept in the address, so that a link that is passed on opens the same list.
 * An empty value is left out; `ask` keeps the values that it does not name.
 */
export function useAsked(): {
  asked: (name: string) => string;
  ask: (values: Readonly<Record<string, string>>) => void;
} {
  const [search, setSearch] = useSearchParams();
  return {
    asked: (name) => search.get(name) ?? '',
    ask: (values) =>
      setSearch((before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(values)) {
          if (value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      }),
  };
}
