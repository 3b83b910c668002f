import type { Texts } from '../../../shared/language.ts';

/** Codes of suppliers that have words here: what the supplier wrote beside one says of which goods. */
export const SUPPLIER_WORDS = {
  SPEC_NO_EXIST: ['没有此规格', 'No such specification'],
} as const satisfies Texts;

/** Whether a reason is a supplier's code, so that what stands beside it is worth reading. */
export const isSuppliers = (reason: string): boolean => Object.hasOwn(SUPPLIER_WORDS, reason);
