import { IngressTradeServiceService } from '@astrolabe/contracts/ingress';
import type { GetReceiverRequest, GetReceiverResponse } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import { FENXIAO, orderKey } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import { decodeCrate } from '@astrolabe/schemas/fenxiao';
import { decodeTmallPush } from '@astrolabe/schemas/tmall';
import type { Look, TradeInbox } from '../../application/ports.ts';
import { masked, maskedName } from '../../domain/receiver.ts';
import type { Receiver } from '../../domain/receiver.ts';

export type TradeServiceDeps = {
  trades: Pick<TradeInbox, 'newest'>;
  /** Keeps who looked at whose receiver, before it is shown; nothing of the receiver. */
  audit: (look: Look) => Promise<void>;
};

/** What is kept of pushed trades, for inside the cluster. */
export const tradeService = ({
  trades,
  audit,
}: TradeServiceDeps): GrpcServerOptions['services'][number] => [
  IngressTradeServiceService,
  {
    getReceiver: unary<GetReceiverRequest, GetReceiverResponse>(
      'getReceiver',
      async (asked, { caller }) => {
        const { askedBy, reveal } = asked;
        if (askedBy === '') throw refusal(GRPC.invalidArgument, 'MISSING_FIELD', 'asked_by');
        const order = orderOf(asked);
        const newest = await trades.newest(order);
        const kept = newest && keptOf(order, newest.rawBody);
        if (!kept) throw refusal(GRPC.notFound, 'TRADE_NOT_FOUND', orderKey(order));
        const action = reveal ? 'receiver.revealed' : 'receiver.masked';
        await audit({ caller, person: askedBy, action, target: orderKey(order) });
        const shown = reveal ? (receiver: Receiver) => receiver : masked;
        return {
          buyerNick: reveal ? kept.buyerNick : maskedName(kept.buyerNick),
          receiver: shown(kept.receiver),
        };
      },
    ),
  },
];

type Kept = { readonly buyerNick: string; readonly receiver: Receiver };

/** The receiver of a message that was kept, as its channel wrote it; null when it cannot be read. */
function keptOf({ channel }: OrderRef, rawBody: Buffer): Kept | null {
  if (channel === FENXIAO) {
    const read = decodeCrate(rawBody.toString('utf8'));
    if (!read.ok) return null;
    const {
      fullName: name,
      mobile = '',
      phone = '',
      town = '',
      ...where
    } = read.value.request.receiver;
    const { province, city, area, address } = where;
    const receiver = { name, mobile: mobile || phone, province, city, area, town, address };
    return { buyerNick: '', receiver };
  }
  const read = decodeTmallPush(rawBody);
  if (!read.ok) return null;
  const { trade } = read.value.push;
  return {
    buyerNick: trade.buyerNick ?? '',
    receiver: {
      name: trade.receiverName ?? '',
      mobile: trade.receiverMobile ?? '',
      province: trade.receiverState ?? '',
      city: trade.receiverCity ?? '',
      area: trade.receiverDistrict ?? '',
      town: trade.receiverTown ?? '',
      address: trade.receiverAddress ?? '',
    },
  };
}

const refusal = (code: GrpcRefusal['code'], reason: string, details: string) =>
  new GrpcRefusal({ code, reason, details });
