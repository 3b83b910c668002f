import { isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Budgets } from '../../../application/mall/ports.ts';
import type { Claim } from '../../../domain/mall/claims.ts';

type BudgetDocument = {
  _id: string;
  takenMilli: bigint;
  /** Who has a part that may be given back. Bounded by the budget: each takes a piece at least. */
  holders: { token: string; milli: bigint }[];
};

/** Below the time after which another process takes over a draft. */
const MAX_TIME = { timeoutMS: 3_000 } as const;

/**
 * Parts of budgets, one document per budget that names their holders. Taking one is a conditional update of
 * that document, so however many orders race, no more is taken than there is. What an order holds itself is
 * never in its own way: the same token again is the same part.
 */
export function createBudgets(db: Db): Budgets {
  const budgets = db.collection<BudgetDocument>('mall_budgets');
  const idOf = (sellerId: string, { budget }: Claim): string => `${sellerId}|${budget}`;
  const take = async (id: string, claim: Claim, token: string): Promise<boolean> => {
    const { limitMilli, quantityMilli: milli } = claim;
    const taken = await budgets.updateOne(
      { _id: id, 'holders.token': { $ne: token }, takenMilli: { $lte: limitMilli - milli } },
      { $inc: { takenMilli: milli }, $push: { holders: { token, milli } } },
      MAX_TIME,
    );
    if (taken.modifiedCount === 1) return true;
    const mine = { _id: id, 'holders.token': token };
    return (await budgets.findOne(mine, { projection: { _id: 1 } })) !== null;
  };
  const begin = async (id: string): Promise<void> => {
    const empty = { takenMilli: 0n, holders: [] };
    try {
      await budgets.updateOne({ _id: id }, { $setOnInsert: empty }, { ...MAX_TIME, upsert: true });
    } catch (error) {
      // Somebody else began it at the same instant.
      if (!isDuplicateKey(error)) throw error;
    }
  };
  return {
    take: (sellerId, claim, token) =>
      mongoSpan('take mall_budgets', {}, async () => {
        const id = idOf(sellerId, claim);
        if (await take(id, claim, token)) return true;
        await begin(id);
        return await take(id, claim, token);
      }),
    giveBack: async (sellerId, claim, token) => {
      const { quantityMilli: milli } = claim;
      await mongoSpan('give back mall_budgets', {}, () =>
        budgets.updateOne(
          { _id: idOf(sellerId, claim), holders: { $elemMatch: { token, milli } } },
          { $inc: { takenMilli: -milli }, $pull: { holders: { token } } },
          MAX_TIME,
        ),
      );
    },
    spend: async (sellerId, claim, token) => {
      await mongoSpan('spend mall_budgets', {}, () =>
        budgets.updateOne(
          { _id: idOf(sellerId, claim), 'holders.token': token },
          { $pull: { holders: { token } } },
          MAX_TIME,
        ),
      );
    },
  };
}
