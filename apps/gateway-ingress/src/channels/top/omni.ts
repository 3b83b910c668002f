import { placeToMessage } from '@astrolabe/contracts';
import { refusalOfPeer, settled } from '@astrolabe/door';
import type { Clock } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import {
  ALLOCATION_STATUS_WORDS,
  reportAccepted,
  reportConsigned,
  reportRefused,
  syncAllocation,
} from '@astrolabe/schemas';
import type { OmniApi } from '@astrolabe/schemas';
import type { Caller } from '../caller.ts';
import type { Peers } from '../peers.ts';
import type { TopMethod } from './protocol.ts';
import { storeReporting } from './store-reports.ts';

/** Notes are for people; a message may have many lines. */
const NOTES_MAX = 20;

function topMethod<Request extends { tradeId: string }>(
  wire: OmniApi<Request, object>,
  work: (request: Request, caller: Caller) => Promise<void>,
): [string, TopMethod] {
  const method: TopMethod = (params, format, requestId) => {
    const notes: string[] = [];
    const decoded = wire.decodeRequest(params, notes);
    if (!decoded.ok) return { refused: decoded.error };
    return {
      tradeId: decoded.value.tradeId,
      run: async (caller) => {
        try {
          await work(decoded.value, caller);
          const message = notes.slice(0, NOTES_MAX).join('; ');
          const done = { ok: true, message, value: {} } as const;
          return { body: wire.encodeReply(done, format, requestId), isDone: true };
        } catch (error) {
          const refusal = settled(refusalOfPeer(error));
          const body = wire.encodeReply({ ok: false, ...refusal }, format, requestId);
          return { body, isDone: false };
        }
      },
    };
  };
  return [wire.method, method];
}

/** The open API 2.0 as the platform serves it (white paper 6.6.2, 6.6.8 to 6.6.10). */
export function omniMethods(peers: Peers, clock: Clock): [string, TopMethod][] {
  return [
    topMethod(reportAccepted, storeReporting(peers, clock, 'X_SHOP_ALLOCATION')),
    topMethod(reportRefused, storeReporting(peers, clock, 'X_SHOP_DENY')),
    topMethod(reportConsigned, storeReporting(peers, clock, 'X_SHOP_HANDLED')),
    topMethod(syncAllocation, async (report, caller) => {
      const told = {
        orderRef: tmallOrder(caller.sellerId, report.tradeId),
        lines: report.allocations.map((line) => ({
          subOrderId: line.subOrderId,
          place: placeToMessage(line.place),
          status: ALLOCATION_STATUS_WORDS[line.status],
          description: line.description ?? '',
          attributes: { ...line.attributes },
        })),
        messageId: caller.inboundId,
        actor: `app:${caller.key.appKey}`,
      };
      await peers.orders.call('reportAllocation', told, caller.left());
    }),
  ];
}
