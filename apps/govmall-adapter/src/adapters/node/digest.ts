import { createHash } from 'node:crypto';

const DIGITS = 24;

/** A short text that is the same for the same text alone. */
export const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
