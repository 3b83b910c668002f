import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Receivers } from '../../../application/store-ports.ts';
import { jsonOf } from '../json.ts';
import type { Routes, Signed } from '../routes.ts';
import { refuse } from '../session.ts';
import { ORDER_PATH, orderNamed } from './orders.ts';

const Reveal = Type.Object({ reason: Type.String({ minLength: 4, maxLength: 200 }) });

/**
 * To whom an order goes: masked for who may read the seller, and in full for who may reveal it and says
 * why. The reason is in the audit log before the gateway is asked; nothing of it is kept here.
 */
export function registerReceivers(routes: Routes, receivers: Receivers): void {
  const find = async (
    caller: Signed & { sellerId: string },
    reveal: boolean,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => {
    const asked = orderNamed(caller, request);
    const found =
      asked && (await receivers.find(`operator:${caller.user.login}`, asked.orderRef, reveal));
    if (found) return { receiver: found };
    return await refuse(reply, 404, 'NO_RECEIVER', { message: 'No receiver is kept of it' });
  };
  const path = `${ORDER_PATH}/receiver`;
  routes.seller('GET', path, 'seller.read', (caller, request, reply) =>
    find(caller, false, request, reply),
  );
  routes.seller('POST', `${path}/reveal`, 'receiver.reveal', async (caller, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(Reveal, sent) || sent.reason.trim().length < 4) {
      return await refuse(reply, 400, 'REASON_MISSING', { message: 'a reason is required' });
    }
    return await find(caller, true, request, reply);
  });
}
