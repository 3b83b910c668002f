import { Order } from '@astrolabe/contracts/order';
import Type from 'typebox';
import Value from 'typebox/value';
import type { User } from '../../../application/ports.ts';
import { jsonOf } from '../json.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { ORDER_PATH, orderNamed } from './orders.ts';

const Clear = Type.Object({
  flag: Type.String({ pattern: '^[A-Z_]{1,40}$' }),
  note: Type.String({ minLength: 1, maxLength: 500 }),
});

/** Who acts, as it stands in the timeline: names are for people, and a login is of one of them. */
const askerOf = ({ name, login }: Pick<User, 'name' | 'login'>): string => `${name} (${login})`;

const orderJson = ({ order }: { order?: Order | undefined }) => ({
  order: order ? Order.toJSON(order) : null,
});

/**
 * What operators do about an order: a failed one is looked at now, and a flag that was dealt with is taken
 * away. The router decides, and says why not with 409.
 */
export function registerOrderActions(routes: Routes, { repair }: Pick<Backends, 'repair'>): void {
  routes.seller('POST', `${ORDER_PATH}/retry`, 'seller.act', async (caller, request, reply) => {
    const asked = orderNamed(caller, request);
    if (!asked) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
    const askedBy = askerOf(caller.user);
    return orderJson(await repair.call('retryOrder', { ...asked, askedBy }));
  });
  routes.seller('POST', `${ORDER_PATH}/clear`, 'seller.act', async (caller, request, reply) => {
    const asked = orderNamed(caller, request);
    const sent = jsonOf(request.body);
    if (!asked) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
    if (!Value.Check(Clear, sent)) {
      return await refuse(reply, 400, 'BAD_REQUEST', { message: 'flag and note are required' });
    }
    const { flag, note } = sent;
    const askedBy = askerOf(caller.user);
    return orderJson(await repair.call('clearFlag', { ...asked, flag, note, askedBy }));
  });
}
