import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { promotionOf, takePromotion } from '../../domain/offer/offer.ts';
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
  readonly dryRun: boolean;
};

/** Takes a promotion of an offer from a file, in the same way. */
export const makeImportPromotion =
  ({ offers, clock }: ImportPromotionDeps) =>
  async (
    sellerId: string,
    { sku, promotionId, edit, dryRun }: PromotionCommand,
  ): Promise<Result<{ readonly outcome: Outcome; readonly offer: Offer }, OfferRefusal>> => {
    let isNew = true;
    const decide = (current: Offer | null): Result<OfferChange, OfferRefusal> => {
      if (!current) return err('UNKNOWN_OFFER');
      const before = promotionOf(current, promotionId);
      isNew = before === null;
      return takePromotion(current, edit(before), clock());
    };
    const changed = dryRun
      ? decide(await offers.load(sellerId, sku))
      : await offers.change(sellerId, sku, decide);
    if (!changed.ok) return changed;
    const { offer, difference } = changed.value;
    return ok({ offer, outcome: outcomeOf(difference !== null, isNew) });
  };

const outcomeOf = (differs: boolean, isNew: boolean): Outcome => {
  if (!differs) return 'UNCHANGED';
  return isNew ? 'CREATED' : 'CHANGED';
};
