import type { Clock, Fen, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type {
  DistributionLine,
  DistributionOrder,
  LineSupply,
  PlacedOrder,
} from '../../domain/distribution/order.ts';
import { blockedDispatch, newDispatch, partsOf, placedOf } from '../../domain/distribution/plan.ts';
import type { Part } from '../../domain/distribution/plan.ts';
import type { Catalog, Stock } from '../ports.ts';
import type {
  Distributions,
  Obstacle,
  OrderNames,
  Registry,
  Requests,
  Supplier,
  Upstreams,
} from './ports.ts';

export type SubmitDeps = {
  readonly distributions: Distributions;
  readonly registry: Registry;
  readonly upstreams: Pick<Upstreams, 'find'>;
  readonly requests: Pick<Requests, 'keep'>;
  readonly supplier: Pick<Supplier, 'partOf'>;
  readonly catalog: Pick<Catalog, 'goods'>;
  readonly stock: Pick<Stock, 'free'>;
  readonly names: OrderNames;
  /** Begins the dispatch beside the call. */
  readonly wake: (order: OrderRef) => void;
  readonly clock: Clock;
};

export type Submitted = {
  readonly orderRef: OrderRef;
  readonly lines: readonly DistributionLine[];
  /** The order as its channel writes it. */
  readonly document: string;
};

export type SubmitAnswer =
  | {
      readonly kind: 'placed';
      readonly orders: readonly PlacedOrder[];
      readonly pricesFen: readonly Fen[];
      /** Served from the seller's own stock. */
      readonly isOwn: boolean;
    }
  | { readonly kind: 'obstacle'; readonly obstacle: Obstacle; readonly line: number };

/** Obstacles that a registry's row takes away: the order is kept as blocked. */
const IN_THE_REGISTRY: readonly string[] = [
  'RELATION_MISSING',
  'RELATION_STALE',
  'SHOP_MISSING',
  'SHOP_EXPIRED',
  'ITEM_MISSING',
];

/**
 * Takes an order: the registries first, then who supplies it. With a connection each supplier's part is
 * planned, durably, before the answer; without one the seller's own stock serves it. The same order again
 * gives the first answer; one that was blocked is looked at anew.
 */
export const makeSubmit =
  (deps: SubmitDeps) =>
  async (submitted: Submitted): Promise<Result<SubmitAnswer, 'DUPLICATE_CONFLICT'>> => {
    const { orderRef, lines } = submitted;
    const digest = deps.names.digestOf(submitted.document);
    const known = answerOf(await deps.distributions.load(orderRef), digest);
    if (known) return known;
    const upstream = await deps.upstreams.find(orderRef.sellerId);
    const resolved = await deps.registry.resolve(orderRef.sellerId, lines);
    const supplied: { line: DistributionLine; supply: LineSupply }[] = [];
    for (const [index, line] of lines.entries()) {
      const one = resolved[index];
      if (!one) throw new TypeError('the registry left a line out');
      if (one.ok) supplied.push({ line, supply: one.value });
      else
        return await refuse(deps, {
          submitted,
          digest,
          obstacle: one.error,
          index,
          isConnected: upstream !== null,
        });
    }
    const obstacle = upstream ? null : await ownObstacle(deps, orderRef.sellerId, supplied);
    if (obstacle) return ok({ kind: 'obstacle', ...obstacle });
    const parts = partsOf(orderRef.number, supplied);
    const pricesFen = supplied.map(({ supply }) => supply.priceFen);
    const isOwn = upstream === null;
    return await place(deps, { submitted, digest, parts, pricesFen, isOwn });
  };

/** The recorded answer; null where there is none that counts. */
function answerOf(
  known: DistributionOrder | null,
  digest: string,
): Result<SubmitAnswer, 'DUPLICATE_CONFLICT'> | null {
  if (!known || known.placed.length === 0) return null;
  if (known.digest !== digest) return err('DUPLICATE_CONFLICT');
  const { placed: orders, pricesFen, dispatches } = known;
  return ok({ kind: 'placed', orders, pricesFen, isOwn: dispatches.length === 0 });
}

/** A connected order is kept as blocked, so that people see what waits for the registry. */
async function refuse(
  deps: SubmitDeps,
  refused: {
    readonly submitted: Submitted;
    readonly digest: string;
    readonly obstacle: Obstacle;
    readonly index: number;
    readonly isConnected: boolean;
  },
): Promise<Result<SubmitAnswer, 'DUPLICATE_CONFLICT'>> {
  const { submitted, digest, obstacle, index, isConnected } = refused;
  const answer: SubmitAnswer = { kind: 'obstacle', obstacle, line: index };
  if (!isConnected || !IN_THE_REGISTRY.includes(obstacle.code)) return ok(answer);
  const { orderRef, lines } = submitted;
  const lineIds = lines.map(({ lineId }) => lineId);
  const dispatch = blockedDispatch(orderRef.number, lineIds, obstacle.code, obstacle.message);
  return await store(
    deps,
    { submitted, digest, placed: [], pricesFen: [], dispatches: [dispatch] },
    answer,
  );
}

/** Why the seller's own stock does not serve the order; null when it does. */
async function ownObstacle(
  { catalog, stock }: SubmitDeps,
  sellerId: string,
  supplied: readonly { readonly line: DistributionLine; readonly supply: LineSupply }[],
): Promise<{ readonly obstacle: Obstacle; readonly line: number } | null> {
  const items = supplied.map(({ line }) => ({ itemId: line.offerId, skuId: line.specId }));
  const goods = await catalog.goods(sellerId, items);
  const strange = supplied.findIndex(({ supply }, index) => !supply.ownStock || !goods[index]);
  if (strange >= 0) {
    const message = `offer ${items[strange]?.itemId ?? ''} has no supplier here`;
    return { obstacle: { code: 'NOT_SUPPLIED', message }, line: strange };
  }
  const free = new Map<string, bigint>();
  for (const { goodsId, certainMilli } of await stock.free(sellerId, goods)) {
    free.set(goodsId, (free.get(goodsId) ?? 0n) + certainMilli);
  }
  for (const [index, { line }] of supplied.entries()) {
    const goodsId = goods[index] ?? '';
    const left = (free.get(goodsId) ?? 0n) - line.quantityMilli;
    if (left < 0n) {
      const message = `offer ${line.offerId} is not in stock`;
      return { obstacle: { code: 'OUT_OF_STOCK', message }, line: index };
    }
    free.set(goodsId, left);
  }
  return null;
}

async function place(
  deps: SubmitDeps,
  placing: {
    readonly submitted: Submitted;
    readonly digest: string;
    readonly parts: readonly Part[];
    readonly pricesFen: readonly Fen[];
    readonly isOwn: boolean;
  },
): Promise<Result<SubmitAnswer, 'DUPLICATE_CONFLICT'>> {
  const { submitted, digest, parts, pricesFen, isOwn } = placing;
  const { orderRef, lines, document } = submitted;
  const placed = placedOf(parts, (outOrderId) => deps.names.numberOf(orderRef, outOrderId));
  const answer: SubmitAnswer = { kind: 'placed', orders: placed, pricesFen, isOwn };
  if (isOwn)
    return await store(deps, { submitted, digest, placed, pricesFen, dispatches: [] }, answer);
  const numbers = parts.map(({ outOrderId }) => outOrderId);
  if (!(await deps.distributions.claimNumbers(orderRef, numbers))) return err('DUPLICATE_CONFLICT');
  const indexOf = new Map(lines.map(({ lineId }, index) => [lineId, index]));
  const texts = parts.map(({ outOrderId, lineIds }) => {
    const indices = lineIds.map((id) => indexOf.get(id) ?? -1);
    return [outOrderId, deps.supplier.partOf(document, outOrderId, indices)] as const;
  });
  // Before the order: one that is due and has no request could not be sent.
  await deps.requests.keep(orderRef, Object.fromEntries(texts));
  const now = deps.clock();
  const dispatches = parts.map((part) => newDispatch(part, now));
  const stored = await store(deps, { submitted, digest, placed, pricesFen, dispatches }, answer);
  if (stored.ok) deps.wake(orderRef);
  return stored;
}

/** Writes the order unless one was placed meanwhile: then that one's answer counts. */
const store = (
  { distributions, clock }: SubmitDeps,
  order: Pick<DistributionOrder, 'digest' | 'placed' | 'pricesFen' | 'dispatches'> & {
    readonly submitted: Submitted;
  },
  answer: SubmitAnswer,
): Promise<Result<SubmitAnswer, 'DUPLICATE_CONFLICT'>> =>
  distributions.change<SubmitAnswer, 'DUPLICATE_CONFLICT'>(order.submitted.orderRef, (current) => {
    const known = answerOf(current, order.digest);
    if (known && !known.ok) return known;
    if (known && current) return ok({ state: current, events: [], result: known.value });
    const { submitted, digest, placed, pricesFen, dispatches } = order;
    const { orderRef, lines } = submitted;
    const createdAt = current?.createdAt ?? clock();
    const history = current?.history ?? [];
    const state = { orderRef, digest, lines, placed, pricesFen, dispatches, createdAt, history };
    return ok({ state, events: [], result: answer });
  });
