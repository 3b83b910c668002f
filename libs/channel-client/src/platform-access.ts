import type { PlatformAccessServiceClient } from '@astrolabe/contracts/ingress';
import { GrpcCallError } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import type { AccessSource, ProcurementAccess } from './procurement.ts';

/** How long an access is used without asking the gateway; a connection that is disabled ends so soon. */
const KEPT_MS = 15_000;
/** A token that ends within this is asked for anew. */
const TOKEN_SPARE_MS = 60_000;

type Refusal = Extract<Awaited<ReturnType<AccessSource['accessOf']>>, { ok: false }>['error'];
type Found = Result<ProcurementAccess, Refusal>;
type Kept = { readonly access: ProcurementAccess; readonly until: number };

/**
 * Access to a platform as the gateway keeps it (`PlatformAccessService`). Calls that ask at the same time share the
 * answer. `platform` is the channel of its orders; `now` are milliseconds of the same clock as the token's end.
 */
export function platformAccess(
  gateway: Pick<GrpcClient<PlatformAccessServiceClient>, 'call'>,
  platform: string,
  now: () => number = Date.now,
): AccessSource {
  const kept = new Map<string, Kept>();
  const asked = new Map<string, Promise<Found>>();
  const ask = async (sellerId: string, refusedToken: string): Promise<Found> => {
    try {
      const { access } = await gateway.call('getAccess', { sellerId, platform, refusedToken });
      if (!access) return err(later('the gateway gave no access'));
      const ends = (access.accessTokenEndsAt?.getTime() ?? 0) - TOKEN_SPARE_MS;
      kept.set(sellerId, { access, until: Math.min(now() + KEPT_MS, ends) });
      return ok(access);
    } catch (error) {
      if (!(error instanceof GrpcCallError)) throw error;
      kept.delete(sellerId);
      return err(
        error.outcome === 'refused'
          ? { kind: 'auth', code: error.reason, message: error.details }
          : later(error.details),
      );
    }
  };
  return {
    accessOf: async (sellerId, refusedToken) => {
      const known = kept.get(sellerId);
      if (known && known.until > now() && known.access.accessToken !== refusedToken) {
        return ok(known.access);
      }
      const key = `${sellerId}/${refusedToken}`;
      const running = asked.get(key);
      if (running) return await running;
      const asking = ask(sellerId, refusedToken).finally(() => asked.delete(key));
      asked.set(key, asking);
      return await asking;
    },
  };
}

const later = (message: string): Refusal => ({
  kind: 'later',
  afterMs: null,
  code: 'ACCESS_AWAY',
  message,
});
