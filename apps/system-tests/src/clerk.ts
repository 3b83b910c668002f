import { httpUrl } from '@astrolabe/local-stack';
import type { DemoClerk } from '@astrolabe/local-stack';
import { openSession } from './api-session.ts';
import type { ApiAnswer, ApiSession } from './api-session.ts';
import { OID, TID } from './scenario.ts';
import type { Actor } from './scenario.ts';

/** A clerk at work, as a program would call the console's API. */
export type ClerkAtWork = ApiSession & {
  /** Acts on the scenario's order as it was allocated first, or as `body` says otherwise. */
  act(body: Record<string, unknown>, token?: string): Promise<ApiAnswer>;
};

/** A seller's clerk, who may sign in. */
export async function clerkOf({ seller }: Actor, name: string): Promise<DemoClerk> {
  const clerk = seller.clerks.find((one) => one.name === name);
  if (!clerk) throw new Error(`No clerk ${name}`);
  return await seller.account(clerk);
}

/** Signs a clerk in, with a session of its own. */
export async function clerkAtWork(actor: Actor, name: string): Promise<ClerkAtWork> {
  const address = httpUrl(actor.harness.stack, 'console');
  const session = await openSession(address, await clerkOf(actor, name));
  return {
    ...session,
    act: (body, token) =>
      session.post(
        `/api/orders/tmall/${TID}`,
        { allocation: 1, subOrderIds: [OID], ...body },
        token,
      ),
  };
}
