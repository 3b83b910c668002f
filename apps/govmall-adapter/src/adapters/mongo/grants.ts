import { mongoSpan } from '@astrolabe/mongo';
import { createSharedReads } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { Granted, Grants } from '../../application/ports.ts';
import { SHARED_TURN } from '../turn.ts';
import { shownOf } from './accounts.ts';
import type { AccountDocument } from './accounts.ts';
import { digest } from './token-digest.ts';
import type { TokenDocument } from './tokens.ts';

/** A token with its account, or without one. */
type Found = TokenDocument & { readonly accounts: readonly Omit<AccountDocument, 'password'>[] };

const WITH_ACCOUNT = {
  from: 'accounts',
  localField: 'username',
  foreignField: '_id',
  pipeline: [{ $project: { password: 0 } }],
  as: 'accounts',
} as const;

/** Tokens with the accounts behind them, one read for both: every call of a mall begins with it. */
export function createGrants(db: Db): Grants {
  const tokens = db.collection<TokenDocument>('tokens');
  return {
    find: createSharedReads(
      (token: string) => token,
      async (token): Promise<Granted | null> => {
        const pipeline = [{ $match: { _id: digest(token) } }, { $lookup: WITH_ACCOUNT }];
        const [found] = await mongoSpan('tokens find', {}, () =>
          tokens.aggregate<Found>(pipeline).toArray(),
        );
        if (!found) return null;
        const { expiresAt, generation = 0, accounts } = found;
        return { expiresAt, generation, account: accounts[0] ? shownOf(accounts[0]) : null };
      },
      SHARED_TURN,
    ),
  };
}
