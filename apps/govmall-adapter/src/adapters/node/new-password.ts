import { randomBytes } from 'node:crypto';

const BYTES = 18;

/** A password that nobody has chosen: 144 bits, letters, digits, `-` and `_`. */
export const newPassword = (): string => randomBytes(BYTES).toString('base64url');
