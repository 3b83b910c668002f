import { TOPICS } from '@astrolabe/contracts';
import { SettlementServiceService } from '@astrolabe/contracts/settlement';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { openService, systemClock } from '@astrolabe/runtime';
import type { Service, ServiceContext } from '@astrolabe/service';
import { METRIC, counter, orderTrace } from '@astrolabe/telemetry';
import { toMessage } from './adapters/grpc/message.ts';
import { settlementService } from './adapters/grpc/settlement-service.ts';
import { eventHandler } from './adapters/kafka/incoming.ts';
import { encodeRecorded } from './adapters/kafka/outgoing.ts';
import { createReceivables } from './adapters/mongo/receivables.ts';
import { makeRecordReturn } from './application/record-return.ts';
import { makeRecordShipment } from './application/record-shipment.ts';
import type { Config } from './config.ts';

const NAME = 'settlement';

/** Everything of settlement, wired but not started. `overrides` replace the clock in tests. */
export async function createService(
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const service = await openService(NAME, context);
  const receivables = await service.outbox(TOPICS.settlementEvents, (outbox) =>
    createReceivables({ ...outbox, clock, encode: (one) => encodeRecorded(toMessage(one)) }),
  );
  const lines = counter(
    METRIC.settlementLines,
    'Shipments recorded',
    ['outcome'],
    ['recorded', 'credited'].map((outcome) => ({ outcome })),
  );
  const traceId = (ref: OrderRef): string => orderTrace(ref).traceId;
  const record = makeRecordShipment({ receivables, clock, traceId });
  const recordReturn = makeRecordReturn({ receivables, clock, traceId });
  const handle = eventHandler({
    shipped: async (shipment) => {
      const recorded = await record(shipment);
      lines.inc({ outcome: recorded.ok ? 'recorded' : recorded.error });
      return recorded;
    },
    returned: async (returned) => {
      await recordReturn(returned);
      lines.inc({ outcome: 'credited' });
    },
  });
  return service.of({
    consumers: [{ group: NAME, topics: [TOPICS.orderEvents, TOPICS.fulfillmentEvents], handle }],
    contracts: [[SettlementServiceService, settlementService(receivables)]],
  });
}
