import { connectionAdmin, connectionKind } from '@astrolabe/channel-client';
import type { ConnectionAdminDeps } from '@astrolabe/channel-client';
import type { ConnectionAdminServiceServer } from '@astrolabe/contracts/fulfillment';
import { unary } from '@astrolabe/grpc';
import type { SellerConnections } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import type { Connection, Shop } from '../../application/ports.ts';

export type ConnectionAdminServiceDeps = Omit<ConnectionAdminDeps, 'kinds' | 'changed'> & {
  readonly storeSystems: SellerConnections<Connection, 'secret'>;
  /** Of a store system: we sign with it, and it is shown once. */
  readonly newSecret: () => string;
  readonly shops: SellerConnections<Shop, 'secret' | 'session'>;
  readonly logger: Logger;
};

/** ConnectionAdminService: sellers' store systems, whose secrets are made here, and their shops at Tmall. */
export function connectionAdminService(
  deps: ConnectionAdminServiceDeps,
): ConnectionAdminServiceServer {
  const { logger } = deps;
  const kinds = [storeSystemsOf(deps), shopsOf(deps)];
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

const storeSystemsOf = ({ storeSystems, newSecret }: ConnectionAdminServiceDeps) =>
  connectionKind<Connection, 'secret'>({
    kind: 'pos',
    newSecret,
    store: storeSystems,
    stored: ({ sellerId, url, appKey }, { secret }) => ({ sellerId, spiUrl: url, appKey, secret }),
    secretsOf: ({ secret }) => ({ secret }),
    shown: ({ spiUrl, appKey }) => ({ url: spiUrl, appKey }),
  });

const shopsOf = ({ shops }: ConnectionAdminServiceDeps) =>
  connectionKind<Shop, 'secret' | 'session'>({
    kind: 'tmall',
    newSecret: null,
    hasSession: true,
    store: shops,
    stored: ({ sellerId, url, appKey }, secrets) => ({
      sellerId,
      tmallUrl: url,
      appKey,
      ...secrets,
    }),
    secretsOf: ({ secret, session }) => ({ secret, ...(session !== '' && { session }) }),
    shown: ({ tmallUrl, appKey }) => ({ url: tmallUrl, appKey }),
  });
