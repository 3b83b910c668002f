import type { FieldRefusal } from './codec.ts';
import { refusalText } from './codec.ts';

/** A request or reply that does not fit: `code` is stable, `message` may be shown to the caller. */
export type ChannelRefusal = { readonly code: string; readonly message: string };

/** The refusal of a field as TOP's error classes name it. */
export const channelRefusal = (refusal: FieldRefusal): ChannelRefusal => ({
  code: refusal.kind === 'MISSING' ? 'isv.missing-parameter' : 'isv.invalid-parameter',
  message: refusalText(refusal),
});
