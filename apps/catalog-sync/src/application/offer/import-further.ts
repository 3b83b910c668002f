import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { overlapping, promotionOf, takePromotion } from '../../domain/offer/offer.ts';
import type { Offer, OfferChange, OfferRefusal, Promotion } from '../../domain/offer/offer.ts';
import { isSame } from '../../domain/same.ts';
import type { Registry } from '../ports.ts';
import type { Offers } from './ports.ts';

export type Outcome = 'CHANGED' | 'CREATED' | 'UNCHANGED';

/** What a row comes to, by what there is already; it throws what is wrong with that. */
type Edit<T> = (before: T | null) => T;

const TRIES_MAX = 16;

/** Takes a row from a file into a registry. The same again changes nothing; a dry run says what would happen. */
export async function importRow<T, N>(
  registry: Registry<T, N>,
  name: N,
  edit: Edit<T>,
  dryRun: boolean,
): Promise<{ readonly outcome: Outcome; readonly row: T }> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const [before = null] = await registry.find([name]);
    const row = edit(before);
    if (isSame(before, row)) return { row, outcome: 'UNCHANGED' };
    if (dryRun || (await registry.swap(before, row))) {
      return { row, outcome: outcomeOf(true, before === null) };
    }
  }
  throw new Error('a row of a registry is changed by others all the time');
}

export type ImportPromotionDeps = {
  readonly offers: Pick<Offers, 'change' | 'load'>;
  readonly clock: Clock;
};

type PromotionCommand = {
  readonly sku: string;
  readonly promotionId: string;
  readonly edit: Edit<Promotion>;
  /** Of a dry run: the offers as the rows before have left them; null where the promotion is taken. */
  readonly foreseen: Map<string, Offer> | null;
};

/**
 * Takes a promotion of an offer from a file, in the same way. A row is judged by what the rows before it did, of a dry run
 * too; so those of one SKU come one after the other.
 */
export const makeImportPromotion =
  ({ offers, clock }: ImportPromotionDeps) =>
  async (
    sellerId: string,
    { sku, promotionId, edit, foreseen }: PromotionCommand,
  ): Promise<Result<PromotionTaken, OfferRefusal>> => {
    let isNew = true;
    let taken: Promotion | null = null;
    const decide = (current: Offer | null): Result<OfferChange, OfferRefusal> => {
      if (!current) return err('UNKNOWN_OFFER');
      const before = promotionOf(current, promotionId);
      isNew = before === null;
      taken = edit(before);
      return takePromotion(current, taken, clock());
    };
    const changed = foreseen
      ? decide(foreseen.get(sku) ?? (await offers.load(sellerId, sku)))
      : await offers.change(sellerId, sku, decide);
    if (!changed.ok) return changed;
    const { offer, difference } = changed.value;
    foreseen?.set(sku, offer);
    const beside = taken ? overlapping(offer, taken) : [];
    return ok({ offer, beside, outcome: outcomeOf(difference !== null, isNew) });
  };

/** What a promotion's row comes to; `beside`: ids of others of its kind that run at the same time. */
type PromotionTaken = {
  readonly outcome: Outcome;
  readonly offer: Offer;
  readonly beside: readonly string[];
};

const outcomeOf = (differs: boolean, isNew: boolean): Outcome => {
  if (!differs) return 'UNCHANGED';
  return isNew ? 'CREATED' : 'CHANGED';
};
