import { crateOrder, lookUpOrder } from '@astrolabe/channel-client';
import type { CrateOutcome, FenxiaoDeps } from '@astrolabe/channel-client';
import type { TrafficLog, TrafficOutcome } from '@astrolabe/kernel';
import { decodeCrate, encodeCrate } from '@astrolabe/schemas/fenxiao';
import type { ListedOrder } from '@astrolabe/schemas/fenxiao';
import type { Supplier } from '../../application/distribution/ports.ts';
import type { Said } from '../../domain/distribution/dispatch.ts';

/** Suppliers behind a gateway of document 001, or behind another installation of ours. */
export const createFenxiao = (deps: FenxiaoDeps, traffic: Pick<TrafficLog, 'tell'>): Supplier => ({
  partOf: (document, outOrderId, indices) => {
    const read = decodeCrate(document);
    if (!read.ok) throw new TypeError(`the order cannot be read again: ${read.error}`);
    const { lines, ...request } = read.value.request;
    const part = indices.flatMap((index) => lines[index] ?? []);
    return encodeCrate({ ...request, outOrderId, lines: part });
  },
  send: async (upstream, request) => {
    const outcome = await crateOrder(deps, upstream, request);
    traffic.tell(`distribution/${upstream.sellerId}`, trafficOf(outcome, deps.clock()));
    return saidBy(outcome);
  },
  look: async (upstream, outOrderId) => {
    const looked = await lookUpOrder(deps, upstream, outOrderId);
    if (looked.kind === 'found') return foundAs(looked.orders);
    if (looked.kind === 'none') return { kind: 'notShown', code: 'NOT_SHOWN', message: '' };
    return { kind: 'notLooked', code: 'LOOKUP_FAILED', message: looked.message };
  },
});

/** A supplier that asks for a pause is left alone so long. */
function trafficOf(outcome: CrateOutcome, now: Date): TrafficOutcome {
  if (outcome.kind === 'created') return { code: '' };
  const code = outcome.code || outcome.kind.toUpperCase();
  const afterMs = 'afterMs' in outcome ? outcome.afterMs : null;
  return { code, waitsUntil: afterMs === null ? null : new Date(now.getTime() + afterMs) };
}

function saidBy(outcome: CrateOutcome): Said {
  if (outcome.kind !== 'created') return outcome;
  const { traceId: _traceId, ...said } = outcome;
  return said;
}

/** Orders that are closed there will not be shipped; of several the others count. */
function foundAs(found: readonly ListedOrder[]): Said {
  const open = found.filter(({ isCancelled }) => !isCancelled);
  if (open.length === 0) return { kind: 'cancelled', code: 'CANCELLED', message: '' };
  const orders = open.map(({ isCancelled: _isCancelled, ...order }) => order);
  return {
    kind: 'created',
    orders,
    items: 0,
    refused: [],
    totalFen: sumOf(orders.map(({ amountFen }) => amountFen)),
    postFeeFen: sumOf(orders.map(({ postFeeFen }) => postFeeFen)),
  };
}

/** Null where one of them is not known. */
const sumOf = (amounts: readonly (bigint | null)[]): bigint | null =>
  amounts.reduce<bigint | null>(
    (sum, amount) => (sum === null || amount === null ? null : sum + amount),
    0n,
  );
