import { EVENTS } from '@astrolabe/contracts';
import type { Receivable } from '@astrolabe/contracts/settlement';

/** The event that tells a receivable, as type and payload of the topic. */
export const encodeRecorded = (
  receivable: Receivable,
): { readonly type: string; readonly payload: Uint8Array } => ({
  type: EVENTS.receivableRecorded.type,
  payload: EVENTS.receivableRecorded.encode({ receivable }),
});
