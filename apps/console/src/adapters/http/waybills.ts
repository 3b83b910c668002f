import type { OrderRef } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Clerk, Waybills } from '../../application/store-ports.ts';
import { id, jsonOf, orderOfClerk } from './json.ts';
import type { Routes } from './routes.ts';
import { refuse } from './session.ts';

export type WaybillApiDeps = { waybills: Waybills };

const Asked = Type.Object({
  allocation: Type.Integer({ minimum: 0 }),
  subOrderIds: Type.Array(id, { minItems: 1, maxItems: 100 }),
});
const Named = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 1_000 }) });

const ORDER = '/api/orders/:channel/:number';

/** The number of a parcel, before it is shipped: asked for, given back, and printed. */
export function registerWaybills(routes: Routes, { waybills }: WaybillApiDeps): void {
  routes.store('GET', `${ORDER}/waybills`, 'store.work', async ({ clerk }, request, reply) => {
    const orderRef = orderOfClerk(clerk, request.params);
    if (!orderRef) return await refuse(reply, 400, 'BAD_REQUEST');
    return { waybills: await waybills.list(clerk, orderRef) };
  });
  routes.store('POST', `${ORDER}/waybill`, 'store.work', async ({ clerk }, request, reply) => {
    const sent = jsonOf(request.body);
    const orderRef = orderOfClerk(clerk, request.params);
    if (!Value.Check(Asked, sent) || !orderRef) return await refuse(reply, 400, 'BAD_REQUEST');
    const { allocation, subOrderIds } = sent;
    const asked = await waybills.ask(clerk, { orderRef, allocation, subOrderIds });
    if (asked.kind === 'refused') return await refuse(reply, 409, asked.reason);
    return { waybill: asked.waybill };
  });
  /** Declares what is done about one waybill of an order. */
  const named = <Done extends { kind: string }>(
    what: string,
    work: (clerk: Clerk, orderRef: OrderRef, waybillId: number) => Promise<Done>,
  ) =>
    routes.store(
      'POST',
      `${ORDER}/waybill/${what}`,
      'store.work',
      async ({ clerk }, request, reply) => {
        const sent = jsonOf(request.body);
        const orderRef = orderOfClerk(clerk, request.params);
        if (!Value.Check(Named, sent) || !orderRef) return await refuse(reply, 400, 'BAD_REQUEST');
        const done = await work(clerk, orderRef, sent.id);
        if (isRefused(done)) return await refuse(reply, 409, done.reason);
        const { kind: _, ...answer } = done;
        return answer;
      },
    );
  named('cancel', (clerk, orderRef, one) => waybills.cancel(clerk, orderRef, one));
  // It may name the buyer: who has printed it is in the log, as with every POST.
  named('label', (clerk, orderRef, one) => waybills.label(clerk, orderRef, one));
}

const isRefused = (done: { kind: string }): done is { kind: 'refused'; reason: string } =>
  done.kind === 'refused';
