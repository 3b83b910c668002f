import { placeToMessage } from '@astrolabe/contracts';
import type { Clock } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import {
  reportAccepted,
  reportConsigned,
  reportRefused,
  syncAllocation,
} from '@astrolabe/schemas/omni';
import type { AllocationReport } from '@astrolabe/schemas/omni';
import { SUB_ORDERS_BODY_BYTES, WHOLE_BODY_BYTES } from '../body-limits.ts';
import type { Caller } from '../caller.ts';
import type { Peers } from '../peers.ts';
import { topRow } from './method.ts';
import type { TopMethod } from './method.ts';
import { storeReporting } from './store-reports.ts';

const tradeOf = ({ tradeId }: { tradeId: string }): string => tradeId;

/** The open API 2.0 as the platform serves it (white paper 6.6.2, 6.6.8 to 6.6.10). */
export function omniMethods(peers: Peers, clock: Clock): readonly TopMethod[] {
  const reports = { tradeOf, bodyBytesMax: SUB_ORDERS_BODY_BYTES };
  return [
    topRow(reportAccepted, { ...reports, work: storeReporting(peers, clock, 'ACCEPTED') }),
    topRow(reportRefused, { ...reports, work: storeReporting(peers, clock, 'REFUSED') }),
    topRow(reportConsigned, { ...reports, work: storeReporting(peers, clock, 'SHIPPED') }),
    topRow(syncAllocation, {
      tradeOf,
      bodyBytesMax: WHOLE_BODY_BYTES,
      work: async (report, caller) => {
        await peers.orders.call('reportAllocation', reported(report, caller), caller.left());
        return {};
      },
    }),
  ];
}

const reported = (report: AllocationReport, { key, sellerId, inboundId }: Caller) => ({
  orderRef: tmallOrder(sellerId, report.tradeId),
  lines: report.allocations.map((line) => ({
    subOrderId: line.subOrderId,
    place: placeToMessage(line.place),
    status: line.status,
    description: line.description ?? '',
    attributes: { ...line.attributes },
  })),
  messageId: inboundId,
  actor: `app:${key.appKey}`,
});
