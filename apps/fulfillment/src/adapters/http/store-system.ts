import type { HttpClient } from '@astrolabe/http';
import type { Clock, TrafficLog } from '@astrolabe/kernel';
import type { Outcome } from '@astrolabe/outbound';
import {
  notifyAccepted,
  notifyAllocation,
  notifyConsigned,
  notifyRefund,
  notifyRefused,
} from '@astrolabe/schemas/omni';
import { createSpiClient, failedBy } from '@astrolabe/channel-client';
import type { StoreSystem } from '../../application/ports.ts';
import type { Fulfilment, Notification } from '../../domain/fulfilment.ts';
import type { FlowStatus } from '../../domain/status.ts';

const ERROR_LENGTH_MAX = 200;

/**
 * Calls the SPIs of a seller's store system, signed as TOP signs its calls to an SPI: the allocation
 * for a POS (white paper 3.3; the fields are those of 6.6.2), and what a store has done for an ISV
 * (6.6.5 to 6.6.7), and what the buyer wants refunded (6.6.4).
 */
export function createStoreSystem(
  http: HttpClient,
  clock: Clock,
  traffic: Pick<TrafficLog, 'tell'>,
): StoreSystem {
  const spi = createSpiClient(http, clock);
  return {
    tell: async (connection, fulfilment, intent) => {
      const message = messageOf(fulfilment, intent);
      if (!message) return { kind: 'succeeded' };
      const { method, json } = message;
      const answer = await spi.call(connection, method, json);
      const outcome = answer.kind === 'answered' ? outcomeOf(answer.body) : failedBy(answer);
      traffic.tell(`pos/${connection.sellerId}`, { code: codeOf(outcome) });
      return outcome;
    },
  };
}

const codeOf = (outcome: Outcome): string =>
  outcome.kind === 'succeeded' ? '' : outcome.problem.code || outcome.kind.toUpperCase();

function messageOf(
  fulfilment: Fulfilment,
  { kind, allocation, refunds = [] }: Notification,
): { method: string; json: string } | null {
  const { sellerId, number: tradeId } = fulfilment.orderRef;
  switch (kind) {
    case 'ALLOCATED': {
      const json = notifyAllocation.encodeRequest(allocationOf(fulfilment, allocation));
      return { method: notifyAllocation.method, json };
    }
    case 'ACCEPTED': {
      const json = notifyAccepted.encodeRequest({ tradeId, sellerId });
      return { method: notifyAccepted.method, json };
    }
    case 'REFUSED': {
      const json = notifyRefused.encodeRequest({ tradeId, sellerId });
      return { method: notifyRefused.method, json };
    }
    case 'REFUND': {
      const subOrders = refunds.map(({ subOrderId, afterSale, granted }) => ({
        subOrderId,
        status: tradeStatusOf(afterSale, granted === true),
      }));
      const json = notifyRefund.encodeRequest({ tradeId, subOrders });
      return { method: notifyRefund.method, json };
    }
    case 'REFUND_CHANGED':
    case 'REFUND_WITHDRAWN': {
      const standing = standingAgain(fulfilment, allocation, refunds);
      if (standing.tasks.length === 0) return null;
      const json = notifyAllocation.encodeRequest(allocationOf(standing, allocation));
      return { method: notifyAllocation.method, json };
    }
    case 'CONSIGNED': {
      const json = notifyConsigned.encodeRequest({ tradeId, sellerId });
      return { method: notifyConsigned.method, json };
    }
  }
}

/**
 * The trade status of a refunded sub-order (catalogue 4.3): it has been delivered, or it is closed
 * already, or else it waits for the seller.
 */
const tradeStatusOf = (afterSale: boolean, isGranted: boolean) => {
  if (afterSale) return 'SUCCEEDED' as const;
  return isGranted ? ('REFUNDED' as const) : ('PAID' as const);
};

/**
 * What a store is to prepare again after a refund of goods is none any more. No SPI says so (docs/adr/0020): a
 * POS that is told of allocations hears the one that stands once more; other systems see it in their
 * tables.
 */
function standingAgain(
  fulfilment: Fulfilment,
  allocation: number,
  refunds: NonNullable<Notification['refunds']>,
): Fulfilment {
  const isTold = fulfilment.notifications.some(({ kind }) => kind === 'ALLOCATED');
  const back = refunds.filter(({ again }) => again);
  const named = new Set(isTold ? back.map(({ subOrderId }) => subOrderId) : []);
  const tasks = fulfilment.tasks.filter(
    (task) =>
      task.allocation === allocation &&
      named.has(task.subOrderId) &&
      !task.closed &&
      task.status !== null &&
      TO_PREPARE.includes(task.status),
  );
  return { ...fulfilment, tasks };
}

const TO_PREPARE: readonly FlowStatus[] = ['OFFERED', 'ACCEPTED', 'READY'];

const allocationOf = ({ orderRef, tasks }: Fulfilment, allocation: number) => ({
  tradeId: orderRef.number,
  status: 'ALLOCATED' as const,
  allocations: tasks.flatMap(
    ({ allocation: given, place, placeName, subOrderId, attributes = [] }) =>
      given === allocation && place
        ? [
            {
              place,
              ...(placeName === '' ? {} : { placeName }),
              tradeId: orderRef.number,
              subOrderId,
              status: 'ALLOCATED' as const,
              ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
            },
          ]
        : [],
  ),
});

/** What was not taken may be told again: it had no effect. */
/** All SPIs answer alike: a code and a message. */
function outcomeOf(body: Buffer): Outcome {
  const reply = notifyAllocation.decodeReply(body);
  if (!reply.ok)
    return failedBy({ kind: 'unknown', error: `answer not understood: ${reply.error}` });
  const { value } = reply;
  if (value.ok) return { kind: 'succeeded' };
  const message = `${value.code} ${value.message}`.slice(0, ERROR_LENGTH_MAX);
  return { kind: 'unanswered', problem: { code: value.code, message } };
}
