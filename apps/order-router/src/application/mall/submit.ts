import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, mallOrder, ok } from '@astrolabe/kernel';
import { checkedLines, invalidContent } from '../../domain/mall/checks.ts';
import type { CheckedLine } from '../../domain/mall/checks.ts';
import { claimsOf } from '../../domain/mall/claims.ts';
import type { MallContent } from '../../domain/mall/content.ts';
import { contentText } from '../../domain/mall/content.ts';
import { askedAgain, drafted, isConfirmed } from '../../domain/mall/life.ts';
import type { NewMallOrder } from '../../domain/mall/life.ts';
import type { MallOrder, MallProblem } from '../../domain/mall/order.ts';
import type {
  MallCatalog,
  MallNotes,
  MallNumber,
  MallNumbers,
  MallOrders,
  MallPeople,
  MallSettingsSource,
  StoredMallOrder,
} from './ports.ts';

/** What a mall wants to have held for it. */
export type Preorder = {
  readonly number: MallNumber;
  readonly content: MallContent;
  readonly notes: readonly string[];
};

export type SubmitMallDeps = {
  readonly orders: Pick<MallOrders, 'load' | 'change'>;
  readonly numbers: MallNumbers;
  readonly people: Pick<MallPeople, 'keep'>;
  readonly settings: Pick<MallSettingsSource, 'find'>;
  readonly catalog: MallCatalog;
  readonly notes: Pick<MallNotes, 'moved'>;
  readonly digest: (text: string) => string;
  /** Takes the order's steps, due or not; it may end before they do. */
  readonly tryNow: (name: OrderRef) => Promise<void>;
  readonly clock: Clock;
  /** Names this process: it takes the steps of what it writes down. */
  readonly me: string;
};

/** `already`: the same had been asked for before. */
export type Submitted = StoredMallOrder & { readonly already: boolean };

const DEFAULT_CONTENT = 'ITEMISED';

/**
 * 2.12.1: checks a pre-order, writes it down, and holds all of its goods or none. The same number with the same
 * content is the same order, whatever has become of prices since; with other content it is refused. NOT_DECIDED
 * where what was written down has not come to an end: it goes on by itself, and the same request finds it.
 */
export const makeSubmitMallOrder =
  (deps: SubmitMallDeps) =>
  async (preorder: Preorder): Promise<Result<Submitted, MallProblem>> => {
    const digest = deps.digest(contentText(preorder.content));
    const { sellerId } = preorder.number;
    const ours = await deps.numbers.find(preorder.number);
    const known = ours === null ? null : await deps.orders.load(mallOrder(sellerId, ours));
    if (known && known.order.state !== 'REFUSED') {
      return await again(deps, known.order, digest);
    }
    const parts = await checked(deps, preorder, digest);
    if (!parts.ok) return parts;
    return await begun(deps, preorder, parts.value, known?.order.orderRef.number ?? null);
  };

async function begun(
  deps: SubmitMallDeps,
  { number, content }: Preorder,
  parts: Omit<NewMallOrder, 'orderRef'>,
  before: string | null,
): Promise<Result<Submitted, MallProblem>> {
  const { orders, people, tryNow, clock, notes } = deps;
  const orderRef = mallOrder(number.sellerId, await deps.numbers.name(number, before));
  const { receiver, invoice, remark } = content;
  await people.keep(orderRef, parts.digest, { receiver, invoice, remark });
  let isNew = false;
  const stored = await orders.change(orderRef, (current) => {
    isNew = current === null;
    return ok(current ?? drafted({ ...parts, orderRef }, deps.me, clock()));
  });
  if (!stored.ok) return stored;
  if (!isNew) return await again(deps, stored.value.order, parts.digest);
  notes.moved(stored.value.order, 'NEW');
  await tryNow(orderRef);
  return await cameTo(deps, orderRef, false);
}

/** The same number once more. */
async function again(
  deps: SubmitMallDeps,
  order: MallOrder,
  digest: string,
): Promise<Result<Submitted, MallProblem>> {
  const { orders, tryNow, clock } = deps;
  if (order.digest !== digest) {
    return err({ code: 'DUPLICATE_CONFLICT', subject: order.mallOrderNo });
  }
  if (order.state === 'DRAFT') {
    await orders.change(order.orderRef, (current) => ok(askedAgain(current ?? order, clock())));
    await tryNow(order.orderRef);
  }
  return await cameTo(deps, order.orderRef, true);
}

async function cameTo(
  { orders }: Pick<SubmitMallDeps, 'orders'>,
  orderRef: OrderRef,
  already: boolean,
): Promise<Result<Submitted, MallProblem>> {
  const found = await orders.load(orderRef);
  if (!found) throw new TypeError('an order that was written has a document');
  const { state, problem } = found.order;
  if (state === 'PRE_ORDERED' || isConfirmed(state)) return ok({ ...found, already });
  if (state === 'REFUSED') return err(problem ?? { code: 'NOT_DECIDED', subject: '' });
  if (state === 'DRAFT') return err({ code: 'NOT_DECIDED', subject: '' });
  return err({ code: 'ILLEGAL_STATE', subject: state });
}

/** Everything that is known without taking anything. */
async function checked(
  { settings, catalog, clock }: SubmitMallDeps,
  { number, content, notes }: Preorder,
  digest: string,
): Promise<Result<Omit<NewMallOrder, 'orderRef'>, MallProblem>> {
  const invalid = invalidContent(content);
  if (invalid !== null) return err({ code: 'INVALID', subject: invalid });
  const { sellerId, account, mallOrderNo } = number;
  const skus = content.lines.map(({ sku }) => sku);
  const [offers, places, rules] = await Promise.all([
    catalog.offers(sellerId, skus),
    catalog.placesServing(sellerId, content.areaId),
    settings.find(sellerId),
  ]);
  const lines = checkedLines(content, offers, clock());
  if (!lines.ok) return lines;
  if (places.length === 0) return err({ code: 'AREA_NOT_SERVED', subject: content.areaId });
  const { areaId, purchaser, payment, totalFen, freightFen, invoice } = content;
  const limitMilli = rules.heldPerPurchaserMilli;
  return ok({
    account,
    mallOrderNo,
    digest,
    lines: lines.value.map(withoutPromotion),
    totalFen,
    freightFen,
    areaId,
    purchaser,
    payment,
    invoice: {
      kind: invoice.kind,
      title: invoice.title,
      orgCode: invoice.orgCode,
      content: invoice.content === '' ? DEFAULT_CONTENT : invoice.content,
    },
    notes,
    claims: claimsOf(lines.value.map(wantedOf), { account, name: purchaser, limitMilli }),
    ttlMs: rules.preorderTtlMs,
    alertMs: rules.alertAfterMs,
  });
}

const withoutPromotion = ({ promotion: _promotion, ...line }: CheckedLine) => line;

const wantedOf = ({ goodsId, quantityMilli, promotion }: CheckedLine) => ({
  goodsId,
  quantityMilli,
  promotion: promotion && {
    id: promotion.promotionId,
    quantityMilli: promotion.quantityMilli,
  },
});
