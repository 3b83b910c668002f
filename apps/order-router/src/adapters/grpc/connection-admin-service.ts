import { connectionAdmin, connectionKind } from '@astrolabe/channel-client';
import type { ConnectionAdminDeps } from '@astrolabe/channel-client';
import type { ConnectionAdminServiceServer } from '@astrolabe/contracts/order';
import { unary } from '@astrolabe/grpc';
import type { SellerConnections } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import type { Upstream } from '../../application/distribution/ports.ts';
import type { TillPlatform } from '../../application/till/ports.ts';

export type ConnectionAdminServiceDeps = Omit<ConnectionAdminDeps, 'kinds' | 'changed'> & {
  readonly upstreams: SellerConnections<Upstream, 'secret'>;
  readonly tills: SellerConnections<TillPlatform, 'secret' | 'session'>;
  /** Sales that waited for a valid session go on. */
  readonly resumeBlocked: (sellerId: string) => Promise<unknown>;
  readonly logger: Logger;
};

/** ConnectionAdminService: suppliers of sellers' distribution orders, and platforms that make the trades of tills. */
export function connectionAdminService(
  deps: ConnectionAdminServiceDeps,
): ConnectionAdminServiceServer {
  const { logger } = deps;
  const kinds = [upstreamsOf(deps), tillsOf(deps)];
  const admin = connectionAdmin({
    ...deps,
    kinds,
    changed: (what) => logger.info(what, 'a connection was changed'),
  });
  return {
    listConnections: unary('ConnectionAdminService/ListConnections', admin.list, logger),
    createConnection: unary('ConnectionAdminService/CreateConnection', admin.create, logger),
    changeConnection: unary('ConnectionAdminService/ChangeConnection', admin.change, logger),
    rotateConnection: unary('ConnectionAdminService/RotateConnection', admin.rotate, logger),
    setConnectionPaused: unary(
      'ConnectionAdminService/SetConnectionPaused',
      admin.setPaused,
      logger,
    ),
  };
}

const upstreamsOf = ({ upstreams }: ConnectionAdminServiceDeps) =>
  connectionKind<Upstream, 'secret'>({
    kind: 'distribution',
    newSecret: null,
    store: upstreams,
    wrongWith: ({ nick, lookupPath }) => {
      if (nick === '') return 'MISSING_FIELD';
      return lookupPath !== '' && !lookupPath.startsWith('/') ? 'BAD_LOOKUP_PATH' : null;
    },
    stored: ({ sellerId, url, appKey, nick, lookupPath, retryCodes, failCodes }, { secret }) => ({
      sellerId,
      baseUrl: url,
      appId: appKey,
      sellerNick: nick,
      secret,
      lookupPath,
      retryCodes,
      failCodes,
    }),
    secretsOf: ({ secret }) => ({ secret }),
    shown: ({ baseUrl, appId, sellerNick, lookupPath, retryCodes, failCodes }) => ({
      url: baseUrl,
      appKey: appId,
      nick: sellerNick,
      lookupPath,
      retryCodes: [...retryCodes],
      failCodes: [...failCodes],
    }),
  });

const tillsOf = ({ tills, resumeBlocked }: ConnectionAdminServiceDeps) =>
  connectionKind<TillPlatform, 'secret' | 'session'>({
    kind: 'till',
    newSecret: null,
    hasSession: true,
    store: tills,
    stored: ({ sellerId, url, appKey, treatAsPaid }, secrets) => ({
      sellerId,
      url,
      appKey,
      treatAsPaid,
      ...secrets,
    }),
    secretsOf: ({ secret, session }) => ({ secret, ...(session !== '' && { session }) }),
    shown: ({ url, appKey, treatAsPaid }) => ({ url, appKey, treatAsPaid }),
    usable: resumeBlocked,
  });
