import { EVENTS, procurementSaidFromMessage } from '@astrolabe/contracts';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { makeHearOffer, makeHearShelf } from '../../application/listing/hear.ts';
import type { ListingName } from '../../application/listing/ports.ts';

/** What the handlers need of a message; the messaging library's events have more. */
type Incoming = {
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly payload: Uint8Array;
};

export type IncomingDeps = {
  readonly hearOffer: ReturnType<typeof makeHearOffer>;
  readonly hearShelf: ReturnType<typeof makeHearShelf>;
  /** The platform may be told now. */
  readonly toDrive: (listing: ListingName) => void;
};

const DONE: HandlerOutcome = { kind: 'done' };

/** Offers that were changed, and what the procurement platform says of its shelves (document 000, message 19). */
export const incomingHandler = (deps: IncomingDeps) =>
  byType<'catalog-sync', Incoming>('catalog-sync', {
    offerChanged: (message) => onOffer(deps, message),
    procurementSaid: (message) => onSaid(deps, message),
  });

async function onOffer(
  { hearOffer, toDrive }: IncomingDeps,
  message: Incoming,
): Promise<HandlerOutcome> {
  const { offer, ...changes } = EVENTS.offerChanged.decode(message.payload);
  if (!offer) return { kind: 'reject', reason: 'INCOMPLETE_OFFER' };
  // What the platform itself has said of its shelf is no news for it.
  if (offer.cargoNo === '' || !Object.values(changes).includes(true)) return DONE;
  const listing = { sellerId: offer.sellerId, cargoNo: offer.cargoNo };
  await hearOffer(listing, {
    source: `${message.source}/${message.subject}`,
    sequence: message.sequence,
  });
  toDrive(listing);
  return DONE;
}

async function onSaid({ hearShelf }: IncomingDeps, message: Incoming): Promise<HandlerOutcome> {
  const read = procurementSaidFromMessage(EVENTS.procurementSaid.decode(message.payload));
  if (!read.ok) return { kind: 'reject', reason: read.error };
  const { sellerId, news, bornAt } = read.value;
  if (news.kind !== 'GOODS_STATUS_CHANGED') return DONE;
  await hearShelf(sellerId, news.goodsId, { shelf: news.state, saidAt: bornAt?.getTime() ?? 0 });
  return DONE;
}
