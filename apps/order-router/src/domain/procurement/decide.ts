import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { isDoubtful, isOpen, planned } from '@astrolabe/outbound';
import { isStuck, readAgain } from './calls.ts';
import { hasOrigin, noted, orderIn, withOrder, withRequisition } from './procurement.ts';
import type { Hold, Procurement, Purchase } from './procurement.ts';
import { unaccounted } from './stock.ts';

/** What a person decides; LINK is about two documents and stands in the application. */
export const DECISIONS = ['READ', 'HOLD', 'ANSWER', 'ALONE', 'CONSUME', 'RELEASE'] as const;
export type Decision = (typeof DECISIONS)[number];

export type DecideRefusal = 'NOTHING_TO_DECIDE' | 'UNKNOWN_ORDER';

/** A person decides about an order, or about the requisition where `about` is empty. */
export function decided(
  p: Procurement,
  about: string,
  decision: Decision,
  by: string,
  now: Date,
): Result<Procurement, DecideRefusal> {
  const order = about === '' ? null : orderIn(p, about);
  if (order === undefined || (about === '' && !p.requisition)) return err('UNKNOWN_ORDER');
  const after = p.movedTo ? null : effectOf(p, order, decision, now);
  return after ? ok(noted(after, now, `DECIDED_${decision}`, about, by)) : err('NOTHING_TO_DECIDE');
}

function effectOf(
  p: Procurement,
  order: Purchase | null,
  decision: Decision,
  now: Date,
): Procurement | null {
  if (decision === 'READ') return readAgain(p, order?.orderId ?? '', now);
  if (!order) return ofRequisition(p, decision);
  const { orderId, answer, hold } = order;
  switch (decision) {
    case 'HOLD': {
      if (hold?.state !== 'FAILED') return null;
      // What certainly was not said is not said any more: with stock the order is confirmed after all.
      const isUnsaid = answer !== null && !isOpen(answer.call) && !isDoubtful(answer.call);
      return withOrder(p, orderId, (one) => ({
        ...one,
        hold: null,
        answer: isUnsaid ? null : one.answer,
      }));
    }
    case 'ANSWER':
      if (!answer || !isStuck(answer.call)) return null;
      return withOrder(p, orderId, (one) => ({
        ...one,
        answer: { ...answer, call: planned(now, isDoubtful(answer.call)) },
      }));
    case 'ALONE':
      if (hasOrigin(p, order)) return null;
      return withOrder(p, orderId, (one) => ({ ...one, isAlone: true }));
    case 'CONSUME':
      if (unaccounted(order).length === 0) return null;
      return withOrder(p, orderId, (one) => ({ ...one, isAccountedFor: true }));
    case 'RELEASE':
      return null;
  }
}

function ofRequisition(p: Procurement, decision: Decision): Procurement | null {
  const hold: Hold | null = p.requisition?.hold ?? null;
  if (decision === 'RELEASE') return withRequisition(p, (one) => ({ ...one, isClosed: true }));
  if (decision !== 'HOLD' || hold?.state !== 'FAILED') return null;
  return withRequisition(p, (one) => ({ ...one, hold: null }));
}
