import type { Result } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Clerk } from '../../application/store-ports.ts';
import type { HandOver, Waiting } from '../../application/pickup.ts';
import { id, jsonOf, lineJson, orderOfClerk } from './json.ts';
import type { Routes } from './routes.ts';
import { refuse } from './session.ts';

export type PickupApiDeps = {
  findPickup: (clerk: Clerk, typed: string) => Promise<Result<Waiting, string>>;
  handOver: (
    clerk: Clerk,
    asked: HandOver,
  ) => Promise<Result<{ subOrderIds: readonly string[] }, string>>;
};

const code = Type.String({ minLength: 1, maxLength: 40 });
const Asked = Type.Object({ code });
const Body = Type.Object({
  code,
  messageId: id,
  subOrderIds: Type.Array(id, { minItems: 1, maxItems: 100 }),
});

/** Buyers who come for their goods: the order of a code, and its hand-over. */
export function registerPickup(routes: Routes, deps: PickupApiDeps): void {
  const { findPickup, handOver } = deps;
  routes.store('POST', '/api/pickups', 'store.work', async ({ clerk }, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(Asked, sent)) return await refuse(reply, 400, 'BAD_REQUEST');
    const found = await findPickup(clerk, sent.code);
    if (!found.ok) return await refuse(reply, 409, found.error);
    const { orderRef, tasks } = found.value;
    return { orderRef, lines: tasks.map(lineJson) };
  });
  routes.store(
    'POST',
    '/api/pickups/:channel/:number',
    'store.work',
    async ({ clerk }, request, reply) => {
      const sent = jsonOf(request.body);
      const orderRef = orderOfClerk(clerk, request.params);
      if (!Value.Check(Body, sent) || !orderRef) {
        return await refuse(reply, 400, 'BAD_REQUEST');
      }
      const { code: typed, messageId, subOrderIds } = sent;
      const done = await handOver(clerk, { orderRef, typed, messageId, subOrderIds });
      return done.ok ? done.value : await refuse(reply, 409, done.error);
    },
  );
}
