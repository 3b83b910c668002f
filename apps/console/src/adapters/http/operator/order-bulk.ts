import { GrpcCallError } from '@astrolabe/grpc';
import { orderKey, readOrderRef } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { inTurns } from './in-turns.ts';
import { askerOf } from './order-actions.ts';

const BULK_MAX = 50;
const AT_ONCE = 5;
/** The answer is due within ten seconds; what is not begun by then is told to be left. */
const BEGIN_WITHIN_MS = 6_000;

const name = Type.Object({
  channel: Type.String({ maxLength: 16 }),
  number: Type.String({ maxLength: 50 }),
});
const orders = Type.Array(name, { minItems: 1, maxItems: BULK_MAX });

const Bulk = Type.Union([
  Type.Object({ action: Type.Literal('retry'), orders }),
  Type.Object({
    action: Type.Literal('clear'),
    orders,
    flag: Type.String({ pattern: '^[A-Z_]{1,40}$' }),
    note: Type.String({ minLength: 1, maxLength: 500 }),
  }),
]);

type Wish = Type.Static<typeof Bulk>;

/** What became of one order: DONE, or why not. NOT_TRIED may be asked for again. */
type Outcome = { order: { channel: string; number: string }; code: string };

/** What operators do about many orders. Each has an outcome of its own, in the order in which they were named. */
export function registerOrderBulk(routes: Routes, { repair }: Pick<Backends, 'repair'>): void {
  routes.seller(
    'POST',
    '/api/sellers/:seller/orders/bulk',
    'seller.act',
    async ({ sellerId, user }, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Bulk, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', {
          message: 'action and orders are required',
        });
      }
      const askedBy = askerOf(user);
      const until = performance.now() + BEGIN_WITHIN_MS;
      const named = sent.orders.map(({ channel, number }) => ({ channel, sellerId, number }));
      const one = (ref: OrderRef) => attempt(repair, { ...sent, askedBy }, ref);
      // Those named twice are worked on once.
      const refs = [...new Map(named.map((ref) => [orderKey(ref), ref])).values()];
      const outcomes = await inTurns(refs, AT_ONCE, async (ref): Promise<Outcome> => {
        const { channel, number } = ref;
        const isLate = performance.now() > until;
        return { order: { channel, number }, code: isLate ? 'NOT_TRIED' : await one(ref) };
      });
      return { outcomes };
    },
  );
}

async function attempt(
  repair: Backends['repair'],
  wish: Wish & { askedBy: string },
  ref: OrderRef,
): Promise<string> {
  const read = readOrderRef(ref);
  if (!read.ok) return 'UNKNOWN_TRADE';
  const { askedBy } = wish;
  try {
    if (wish.action === 'retry') await repair.call('retryOrder', { orderRef: ref, askedBy });
    else {
      const { flag, note } = wish;
      await repair.call('clearFlag', { orderRef: ref, flag, note, askedBy });
    }
    return 'DONE';
  } catch (error) {
    if (!(error instanceof GrpcCallError)) throw error;
    // Whoever gave no answer may have done it: it may be asked for again, which changes nothing then.
    return error.reason || 'SERVICE_UNAVAILABLE';
  }
}
