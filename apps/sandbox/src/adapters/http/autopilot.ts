import type { Seller } from '../../domain/seller.ts';
import { redeliver } from './redeliver.ts';
import type { Allocation, Pos, Reported, StoreVerb } from './pos.ts';
import type { Tmall, Trade } from './tmall.ts';

export type AutopilotDeps = {
  pos: Pos;
  tmall: Tmall;
  sellerOf: (sellerId: string) => Seller | undefined;
  tradeOf: (tid: string) => Trade | undefined;
  /** A trade went all the way, or `failure` says at what it ended. */
  completed: (tid: string, failure: string | null) => void;
  onError: (error: unknown) => void;
};

/** A store that answers by itself, as far as the seller's policy says. */
export function startAutopilot(deps: AutopilotDeps): () => void {
  return deps.pos.onAllocation((allocation) => {
    const seller = deps.sellerOf(allocation.sellerId);
    if (!seller || seller.policy === 'manual') return;
    handle(deps, seller, allocation).catch((error: unknown) => {
      deps.onError(error);
      deps.completed(allocation.tid, 'no answer');
    });
  });
}

async function handle(deps: AutopilotDeps, seller: Seller, allocation: Allocation): Promise<void> {
  const accepted = await reported(deps, seller, 'accept', allocation);
  if (seller.policy === 'auto-accept') return;
  const finish = (failure: string | null) => deps.completed(allocation.tid, failure);
  if (accepted.code !== '0') return finish(`accept: ${accepted.code}`);
  const trade = deps.tradeOf(allocation.tid);
  if (!trade) return finish('unknown trade');
  // The shipment is told to Tmall first; the report may overtake that news, then it is repeated.
  const tell = () => deps.tmall.tell(seller, trade, 'shipped');
  const { taken } = await redeliver(tell, (answer) => answer.taken);
  if (!taken) return finish('shipment not taken');
  const consigned = await reported(deps, seller, 'consign', allocation);
  finish(consigned.code === '0' ? null : `consign: ${consigned.code}`);
}

const REPEATABLE = new Set(['TRADE_NOT_SHIPPED', 'isp.service-unavailable']);

const reported = (
  { pos }: AutopilotDeps,
  seller: Seller,
  verb: StoreVerb,
  allocation: Allocation,
): Promise<Reported> =>
  redeliver(
    () => pos.report(seller, verb, allocation),
    ({ code }) => !REPEATABLE.has(code),
  );
