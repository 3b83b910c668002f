import { createProcurementClient, refreshProcurementToken } from '@astrolabe/channel-client';
import type { AccessSource } from '@astrolabe/channel-client';
import type { HttpClient } from '@astrolabe/http';
import type { Clock, TrafficOutcome } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Access, AccessDeps } from '../../application/platform/access.ts';
import type { ReplayDeps } from '../../application/platform/replay.ts';

type PlatformDeps = { readonly http: HttpClient; readonly clock: Clock };

/** Asks a platform for a new access token. */
export const askingForToken =
  (deps: PlatformDeps): AccessDeps['ask'] =>
  ({ gatewayUrl, appKey, secret }, refreshToken) =>
    refreshProcurementToken(deps, { gatewayUrl, appKey, secret, refreshToken });

/** Messages that wait at a platform, read and confirmed with the access of this process. */
export function waitingAt(
  deps: PlatformDeps & {
    readonly access: Pick<Access, 'get'>;
    readonly ticks: () => number;
    readonly platform: string;
    /** Why they could not be read or confirmed. */
    readonly note: (sellerId: string, why: { code: string; message: string }) => void;
    /** What a call came to, for the figures of its connection. */
    readonly told: (sellerId: string, outcome: TrafficOutcome) => void;
  },
): Pick<ReplayDeps, 'waiting' | 'confirm'> {
  const { access, platform, note } = deps;
  const source: AccessSource = {
    accessOf: async (sellerId, refusedToken) => {
      const found = await access.get(platform, sellerId, refusedToken);
      if (found.ok) return ok({ ...found.value, accessToken: found.value.tokens.access });
      const { code, details: message } = found.error;
      return err(
        code === 'TOKEN_LATER'
          ? { kind: 'later', afterMs: null, code, message }
          : { kind: 'auth', code, message },
      );
    },
  };
  const client = createProcurementClient({ ...deps, source });
  return {
    waiting: async ({ sellerId }, since, size) => {
      const called = await client.waitingMessages(sellerId, since, size);
      if (called.kind === 'ok') return called.value.messages;
      note(sellerId, called);
      return null;
    },
    confirm: async ({ sellerId }, messageId) => {
      const called = await client.confirmMessages(sellerId, [messageId]);
      if (called.kind !== 'ok') note(sellerId, called);
      return called.kind === 'ok';
    },
  };
}
