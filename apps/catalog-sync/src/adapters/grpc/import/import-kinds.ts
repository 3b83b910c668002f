import type { OfferDraft } from '@astrolabe/contracts/catalog';
import { importRow, makeImportPromotion } from '../../../application/offer/import-further.ts';
import type { Outcome } from '../../../application/offer/import-further.ts';
import {
  makeImportOffers,
  namesTouched,
  touchedBy,
} from '../../../application/offer/import-offer.ts';
import type { ImportDeps } from '../../../application/offer/import-offer.ts';
import type { Accessory, OfferRegistry, Pool, Warranty } from '../../../application/offer/ports.ts';
import type { Offer, Promotion } from '../../../domain/offer/offer.ts';
import { accessoryFrom, checkedPromotion, poolFrom, warrantyFrom } from '../further-messages.ts';
import { goodsKeyFrom } from '../messages.ts';
import { checkCodes, checkSku, offerFrom } from '../offer-messages.ts';
import { refusal, valueOf } from '../refusals.ts';
import { ACCESSORY_FORM, POOL_FORM, PROMOTION_FORM, WARRANTY_FORM } from './further-columns.ts';
import type { AccessorySaid, PoolSaid, PromotionSaid, WarrantySaid } from './further-columns.ts';
import type { Form, RowRead } from './heading.ts';
import { OFFER_FORM } from './offer-columns.ts';

export type RowImportDeps = ImportDeps & { readonly registry: OfferRegistry };

/** What a row comes to, and what people should know of it. */
type Taken = { readonly outcome: Outcome; readonly problems: readonly string[] };

type Whose = { readonly sellerId: string; readonly dryRun: boolean };

type Take<D> = (read: RowRead<D>, whose: Whose) => Promise<Taken>;

/** A kind of rows: how they are read, what one is of, and how it is judged and taken. */
export type RowKind<D> = {
  readonly form: Form<D>;
  /** What two rows must not both be of, as people say it. */
  readonly noun: string;
  readonly keyOf: (draft: D) => string;
  /**
   * For each row texts of what it changes or is judged by; rows that share one are taken one after the other in the file's
   * order. Absent where each changes its own.
   */
  readonly touches?: (
    rows: readonly RowRead<D>[],
    sellerId: string,
  ) => Promise<readonly (readonly string[])[]>;
  /**
   * Begins with the rows of one call; what it remembers is of them alone.
   *
   * @throws GrpcRefusal for what is wrong with a row
   */
  readonly taking: (dryRun: boolean) => Take<D>;
};

/** A kind whose rows have nothing to do with each other. */
const alone =
  <D>(take: Take<D>) =>
  (): Take<D> =>
    take;

export const offerRows = (deps: RowImportDeps): RowKind<OfferDraft> => {
  const importing = makeImportOffers(deps);
  return {
    form: OFFER_FORM,
    noun: 'SKU',
    keyOf: ({ detail }) => detail?.sku ?? '',
    touches: async (rows, sellerId) =>
      await touchedBy(
        deps,
        sellerId,
        rows.map(({ draft }) =>
          namesTouched(draft.detail?.sku ?? '', draft.names.map(goodsKeyFrom)),
        ),
      ),
    taking: (dryRun) => {
      const importOffer = importing(dryRun);
      return async ({ draft, fields }, { sellerId }) => {
        const command = offerFrom({ ...draft, sellerId });
        const { outcome, offer } = valueOf(await importOffer(sellerId, { command, fields }));
        return { outcome, problems: offer.obstacles };
      };
    },
  };
};

export const promotionRows = (deps: RowImportDeps): RowKind<PromotionSaid> => {
  const importPromotion = makeImportPromotion(deps);
  return {
    form: PROMOTION_FORM,
    noun: 'promotion',
    // A SKU has no blanks.
    keyOf: ({ sku = '', promotionId = '' }) => `${sku} ${promotionId}`.trim(),
    touches: async (rows) => rows.map(({ draft: { sku = '' } }) => [sku]),
    taking: (dryRun) => {
      const offers = new Map<string, Offer>();
      return async ({ draft }, { sellerId }) => {
        const { sku = '', promotionId = '', ...said } = draft;
        checkSku(sku);
        checkCodes(promotionId);
        const edit = (before: Promotion | null) => promotionOf(promotionId, before, said);
        const command = { sku, promotionId, edit, foreseen: dryRun ? offers : null };
        const { outcome, offer, beside } = valueOf(await importPromotion(sellerId, command));
        const overlaps = beside.length > 0 ? [`OVERLAPS: ${beside.join(', ')}`] : [];
        return { outcome, problems: [...offer.obstacles, ...overlaps] };
      };
    },
  };
};

function promotionOf(
  promotionId: string,
  before: Promotion | null,
  said: PromotionSaid,
): Promotion {
  const known = before ?? { priceFen: 0n, quantityMilli: 0n, appliedAt: null };
  const { kind, startsAt, endsAt, ...rest } = {
    kind: null,
    startsAt: null,
    endsAt: null,
    ...known,
    ...said,
  };
  if (!kind || !startsAt || !endsAt) {
    throw refusal('MISSING_FIELD', 'a promotion has a type, a beginning and an end');
  }
  return checkedPromotion({ ...rest, promotionId, kind, startsAt, endsAt });
}

export const accessoryRows = (deps: RowImportDeps): RowKind<AccessorySaid> => ({
  form: ACCESSORY_FORM,
  noun: 'accessory',
  keyOf: ({ accessoryId = '' }) => accessoryId,
  taking: alone(async ({ draft }, { sellerId, dryRun }) => {
    const { accessoryId = '' } = draft;
    const edit = (before: Accessory | null): Accessory => {
      const empty = { name: '', isService: false, parameters: '', priceFen: 0n, skus: [] };
      const merged = accessoryFrom(sellerId, { ...empty, ...before, ...draft, accessoryId });
      return named({ ...merged, skus: [...new Set(merged.skus)] });
    };
    const name = { sellerId, accessoryId };
    const { outcome, row } = await importRow(deps.registry.accessories, name, edit, dryRun);
    return { outcome, problems: await unknownOffers(deps, sellerId, row.skus) };
  }),
});

export const warrantyRows = (deps: RowImportDeps): RowKind<WarrantySaid> => ({
  form: WARRANTY_FORM,
  noun: 'warranty',
  keyOf: ({ warrantyId = '' }) => warrantyId,
  taking: alone(async ({ draft }, { sellerId, dryRun }) => {
    const { warrantyId = '' } = draft;
    const edit = (before: Warranty | null): Warranty => {
      const empty = { sku: '', name: '', content: '', priceFen: 0n, regionCodes: [] };
      return named(warrantyFrom(sellerId, { ...empty, ...before, ...draft, warrantyId }));
    };
    const name = { sellerId, warrantyId };
    const { outcome, row } = await importRow(deps.registry.warranties, name, edit, dryRun);
    return { outcome, problems: await unknownOffers(deps, sellerId, [row.sku]) };
  }),
});

export const poolRows = ({ registry }: RowImportDeps): RowKind<PoolSaid> => ({
  form: POOL_FORM,
  noun: 'pool',
  keyOf: ({ poolId = '' }) => poolId,
  taking: alone(async ({ draft }, { sellerId, dryRun }) => {
    const { poolId = '' } = draft;
    const edit = (before: Pool | null) =>
      named(poolFrom(sellerId, { name: '', ...before, ...draft, poolId }));
    const { outcome } = await importRow(registry.pools, { sellerId, poolId }, edit, dryRun);
    return { outcome, problems: [] };
  }),
});

/** A mall shows the name alone, so a row of a file has one. */
function named<T extends { readonly name: string }>(row: T): T {
  if (row.name === '') throw refusal('MISSING_FIELD', 'a name is needed');
  return row;
}

/** A SKU may come before its offer does, or be a slip of the pen. */
async function unknownOffers(
  { offers }: RowImportDeps,
  sellerId: string,
  skus: readonly string[],
): Promise<string[]> {
  const known = new Set((await offers.bySkus(sellerId, skus)).map(({ sku }) => sku));
  const unknown = skus.filter((sku) => !known.has(sku));
  return unknown.length > 0 ? [`UNKNOWN_OFFER: ${unknown.join(', ')}`] : [];
}
