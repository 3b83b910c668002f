import type { Result } from '@astrolabe/kernel';
import Type from 'typebox';
import Value from 'typebox/value';
import type { PushOwner, PushRefusal } from '../../application/push.ts';
import type { PushDevices, PushService } from '../../application/push-ports.ts';
import type { SessionNames } from '../../application/sign-in-ports.ts';
import type { PushAddress } from '../../domain/push.ts';
import { jsonOf } from './json.ts';
import type { Routes } from './routes.ts';
import { refuse } from './session.ts';

export type PushApiDeps = {
  push: {
    service: Pick<PushService, 'publicKey'>;
    devices: Pick<PushDevices, 'idOf' | 'find' | 'remove'>;
    subscribe: (owner: PushOwner, address: PushAddress) => Promise<Result<null, PushRefusal>>;
  };
  sessions: Pick<SessionNames, 'idOf'>;
};

const endpoint = Type.String({ minLength: 1, maxLength: 2_000 });
const Ended = Type.Object({ endpoint });
const Asked = Type.Object({
  endpoint,
  /** An uncompressed point of P-256, 65 bytes, and 16 bytes of secret (RFC 8291). */
  p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}$' }),
  auth: Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' }),
  language: Type.Union([Type.Literal('zh'), Type.Literal('en')]),
});

/** Nothing else of what was sent is kept. */
const pick = ({ endpoint: to, p256dh, auth }: PushAddress): PushAddress => ({
  endpoint: to,
  p256dh,
  auth,
});

/** A clerk's browser is told of orders while its page is closed, or no more. */
export function registerPush(routes: Routes, { push, sessions }: PushApiDeps): void {
  routes.store('GET', '/api/push', 'store.work', async () => ({ key: push.service.publicKey }));
  routes.store(
    'POST',
    '/api/push',
    'store.work',
    async ({ clerk, token, session }, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Asked, sent)) return await refuse(reply, 400, 'BAD_REQUEST');
      const { login, sellerId, storeId } = clerk;
      const { language, ...address } = sent;
      const [sessionId, { expiresAt }] = [sessions.idOf(token), session];
      const owner = { login, sellerId, storeId, language, sessionId, expiresAt };
      const done = await push.subscribe(owner, pick(address));
      if (done.ok) return {};
      return await refuse(reply, done.error === 'BAD_ENDPOINT' ? 400 : 409, done.error);
    },
  );
  routes.store('POST', '/api/push/end', 'store.work', async ({ clerk }, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(Ended, sent)) return await refuse(reply, 400, 'BAD_REQUEST');
    const id = push.devices.idOf(sent.endpoint);
    // Somebody else's is not theirs to end; that it is there is not told.
    if ((await push.devices.find(id))?.login === clerk.login) await push.devices.remove(id);
    return {};
  });
}
