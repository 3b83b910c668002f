import type { Place, Result, WorkStatus } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Logistics, Model } from './fulfilment.ts';
import type { Reason } from './reason.ts';
import { SETTERS, isFlowStatus, isFutureStatus, isWorkStatus } from './status.ts';
import type { Flow, FlowStatus } from './status.ts';

/** The interface a report came through. */
export type Channel = 'OMNIORDER' | 'STATUS_SYNC' | 'STATUS_UPDATE' | 'CONSOLE' | 'OPERATOR';

/** What a place answers about the goods of a refund (white paper 6.5). */
export const REFUND_ANSWERS = ['CANCEL_AGREED', 'CANCEL_DENIED', 'RETURNED'] as const;
export type RefundAnswer = (typeof REFUND_ANSWERS)[number];

const isRefundAnswer = (status: FlowStatus): boolean =>
  REFUND_ANSWERS.some((answer) => answer === status);

/** A status of some sub-orders, as somebody tells it. */
export type Report = {
  subOrderIds: readonly string[];
  status: string;
  channel: Channel;
  place: Place | null;
  flow: Flow | null;
  operator: string;
  happenedAt: Date;
  logistics: Logistics | null;
  /** Of a refusal. */
  reason?: Reason;
};

export type RuleRefusal =
  | 'OUT_OF_SCOPE'
  | 'UNKNOWN_STATUS'
  | 'NOT_SUPPORTED'
  | 'WRONG_SETTER'
  | 'MISSING_FIELD'
  | 'IN_THE_FUTURE';

/** A reporting system's clock may be ahead by as much as TOP tolerates in a signature. */
const CLOCK_TOLERANCE_MS = 10 * 60_000;

/** A report that its teller may make in the seller's model, with what its status needs. */
export type Admitted =
  | { kind: 'work'; status: WorkStatus }
  | { kind: 'flow'; status: FlowStatus; place: Place; flow: Flow; logistics: Logistics | null };

/** Whether an interface may be used in a model (catalogue 1.3). */
function inScope(channel: Channel, { allocator, acceptor }: Model): boolean {
  switch (channel) {
    case 'OMNIORDER':
      return acceptor === 'POS';
    case 'STATUS_SYNC':
      return allocator === 'ISV';
    case 'STATUS_UPDATE':
      return allocator === 'ASTROLABE' && acceptor === 'POS';
    case 'CONSOLE':
      return acceptor === 'DIANZHANGGUI';
    case 'OPERATOR':
      return true;
  }
}

/** Whether the teller behind an interface sets a status in a model (catalogue 1.4). */
function isSetBy(
  channel: Channel,
  status: FlowStatus,
  { acceptor }: Model,
  place: Place | null,
): boolean {
  // Money must not wait for a place that has no system and no clerk (docs/adr/0034).
  if (channel === 'OPERATOR') return isRefundAnswer(status);
  switch (SETTERS[status]) {
    case 'ALLOCATOR':
      // The scope rule lets this interface in only where the merchant allocates.
      return channel === 'STATUS_SYNC';
    case 'STORE':
      // In model B the built-in console speaks for stores, and not the ISV that allocates. It has no
      // clerks at a warehouse: of that the seller's system reports.
      return channel === 'CONSOLE' || acceptor === 'POS' || place?.type === 'WAREHOUSE';
    case 'ASTROLABE':
      return false;
  }
}

/** What a shipment must name: all three at the open interface (white paper 6.6.10). */
function namesShipment(channel: Channel, logistics: Logistics | null): boolean {
  if (channel === 'STATUS_SYNC' || channel === 'STATUS_UPDATE') return true;
  if (!logistics || logistics.mailNo === '' || logistics.logisticCompany === '') return false;
  return channel === 'CONSOLE' || logistics.logisticId !== '';
}

/** Checks what concerns a report as a whole, whatever the order's state is. */
export function admit(sent: Report, model: Model, now: Date): Result<Admitted, RuleRefusal> {
  const { status, channel, place, flow, logistics, happenedAt } = sent;
  if (!inScope(channel, model)) return err('OUT_OF_SCOPE');
  if (happenedAt.getTime() - now.getTime() > CLOCK_TOLERANCE_MS) return err('IN_THE_FUTURE');
  if (isWorkStatus(status)) return ok({ kind: 'work', status });
  if (isFutureStatus(status)) return err('NOT_SUPPORTED');
  if (!isFlowStatus(status)) return err('UNKNOWN_STATUS');
  if (!isSetBy(channel, status, model, place)) return err('WRONG_SETTER');
  if (!place || !flow) return err('MISSING_FIELD');
  if (status === 'SHIPPED' && !namesShipment(channel, logistics)) {
    return err('MISSING_FIELD');
  }
  return ok({ kind: 'flow', status, place, flow, logistics });
}
