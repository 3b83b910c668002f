import type { Session } from './api.ts';

/** A part of the pages: a store's for its clerks, the operators' for who looks after sellers. */
export type Area = 'store' | 'operator';

/** The pages that a session may open, the one that it begins with first. */
export function areasOf({ store, sellers, allSellers }: Session): readonly Area[] {
  const isOperator = sellers.length > 0 || allSellers !== null;
  return [...(store ? ['store' as const] : []), ...(isOperator ? ['operator' as const] : [])];
}

/**
 * The pages that an address belongs to. Whoever may open them alone gets them whatever the address
 * says, so that an address of somebody else's pages leads to one's own.
 */
export function areaAt(address: string, session: Session): Area | null {
  const areas = areasOf(session);
  const isOperators = /^#\/(?:sellers|deadletters|audit|operator)(?:\/|$|\?)/.test(address);
  const named: Area = isOperators ? 'operator' : 'store';
  return areas.includes(named) ? named : (areas[0] ?? null);
}
