import { createHash } from 'node:crypto';

/** Under which a token is kept: a stolen database opens nothing. */
export const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
