import { isDuplicateKey, mongoSpan, nextValue } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { MallNumber, MallNumbers } from '../../../application/mall/ports.ts';

/** Fifteen digits from the first on: spreadsheets and callers keep no more (field/till-and-mall.md, row E3). */
const FIRST_NUMBER = 100_000_000_000_000n;

/** Our numbers by those of malls, which are unique inside an account. */
export function createMallNumbers(db: Db): MallNumbers {
  const numbers = db.collection<{ _id: string; number: string }>('mall_numbers');
  const idOf = ({ sellerId, account, mallOrderNo }: MallNumber): string =>
    JSON.stringify([sellerId, account, mallOrderNo]);
  const find: MallNumbers['find'] = async (asked) => {
    const found = await mongoSpan('findOne mall_numbers', {}, () =>
      numbers.findOne({ _id: idOf(asked) }),
    );
    return found?.number ?? null;
  };
  return {
    find,
    name: async (asked, refused) => {
      const known = await find(asked);
      if (known !== null && known !== refused) return known;
      const number = (FIRST_NUMBER + (await nextValue(db, 'mall_order'))).toString();
      const before = { _id: idOf(asked), ...(known !== null && { number: known }) };
      try {
        await mongoSpan('updateOne mall_numbers', {}, () =>
          known === null
            ? numbers.updateOne(before, { $setOnInsert: { number } }, { upsert: true })
            : numbers.updateOne(before, { $set: { number } }),
        );
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      // Where somebody else named it at the same instant, our number stays unused.
      const named = await find(asked);
      if (named === null) throw new TypeError('a number that was written is there');
      return named;
    },
  };
}
