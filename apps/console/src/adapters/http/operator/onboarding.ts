import { Acceptor, Allocator, ListSellersResponse } from '@astrolabe/contracts/catalog';
import { ListAppKeysResponse } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcCallError } from '@astrolabe/grpc';
import Type from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { registerConnections } from './connections.ts';
import type { ConnectionBackends } from './connections.ts';
import { findIn, incomplete, pageOf, unkept } from './responses.ts';

const BASE = '/api/onboarding';
const HOUR_SECONDS = 3_600;
const OVERLAP_HOURS_MAX = 720;
const RATE_MAX = 100_000;

const name = Type.String({ pattern: String.raw`^[\w.-]{1,64}$` });
const Enabled = Type.Object({ enabled: Type.Boolean() });
const overlapHours = Type.Integer({ minimum: 0, maximum: OVERLAP_HOURS_MAX });
const NewSeller = Type.Object({
  sellerId: name,
  nick: Type.String({ minLength: 1, maxLength: 100 }),
  allocator: Type.Union([Type.Literal('ASTROLABE'), Type.Literal('ISV')]),
  acceptor: Type.Union([Type.Literal('DIANZHANGGUI'), Type.Literal('POS')]),
  sellableCountsShared: Type.Boolean(),
});
const NewKey = Type.Object({
  appKey: name,
  sellerIds: Type.Array(name, { minItems: 1, maxItems: 200 }),
  role: Type.Union(['pos', 'erp', 'isv', 'tmall'].map((role) => Type.Literal(role))),
  ratePerSecond: Type.Integer({ minimum: 0, maximum: RATE_MAX }),
});
const Rotation = Type.Object({ overlapHours });
type Deps = Pick<Backends, 'catalog' | 'catalogAdmin' | 'appKeys'> & ConnectionBackends;

/**
 * What a new merchant needs that reaches beyond it: sellers, keys of applications (which may act for several
 * sellers) and connections to platforms. For who looks after all.
 */
export function registerOnboarding(routes: Routes, deps: Deps): void {
  registerSellers(routes, deps);
  registerKeys(routes, deps);
  registerConnections(routes, deps);
}

function registerSellers(
  routes: Routes,
  { catalog, catalogAdmin }: Pick<Deps, 'catalog' | 'catalogAdmin'>,
): void {
  routes.platform('GET', `${BASE}/sellers`, 'platform.read', async (_caller, request) =>
    ListSellersResponse.toJSON(
      await catalogAdmin.call('listSellers', { page: pageOf(queryOf(request)) }),
    ),
  );
  routes.platform('POST', `${BASE}/sellers`, 'platform.act', async (_caller, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(NewSeller, sent)) return await incomplete(reply);
    const { sellerId, nick, sellableCountsShared } = sent;
    if (await isKnown(catalog, sellerId)) return await refuse(reply, 409, 'SELLER_EXISTS');
    const seller = {
      sellerId,
      nick,
      sellableCountsShared,
      allocator: Allocator[sent.allocator],
      acceptor: Acceptor[sent.acceptor],
      merchantCentreStoreIds: {},
    };
    await catalogAdmin.call('putSeller', { seller });
    return { sellerId };
  });
}

async function isKnown(catalog: Deps['catalog'], sellerId: string): Promise<boolean> {
  try {
    await catalog.call('getSeller', { sellerId });
    return true;
  } catch (error) {
    if (error instanceof GrpcCallError && error.code === GRPC.notFound) return false;
    throw error;
  }
}

function registerKeys(routes: Routes, { appKeys }: Pick<Deps, 'appKeys'>): void {
  const path = `${BASE}/keys`;
  routes.platform('GET', path, 'platform.read', async (_caller, request) => {
    const query = queryOf(request);
    const asked = { sellerId: query['seller'] ?? '', page: pageOf(query) };
    return ListAppKeysResponse.toJSON(await appKeys.call('listAppKeys', asked));
  });
  routes.platform('POST', path, 'platform.act', async (_caller, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(NewKey, sent)) return await incomplete(reply);
    const { appKey, role, ratePerSecond } = sent;
    const sellerIds = [...new Set(sent.sellerIds)];
    const made = { appKey, sellerIds, role: String(role), ratePerSecond, signMethods: [] };
    unkept(reply);
    return { appKey, ...(await appKeys.call('createAppKey', made)) };
  });
  routes.platform('POST', `${path}/:key/rotate`, 'platform.act', async (_c, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(Rotation, sent)) return await incomplete(reply);
    const appKey = pathOf(request)['key'] ?? '';
    const overlapSeconds = sent.overlapHours * HOUR_SECONDS;
    unkept(reply);
    return { appKey, ...(await appKeys.call('rotateAppKey', { appKey, overlapSeconds })) };
  });
  routes.platform(
    'POST',
    `${path}/:key/enable`,
    'platform.act',
    async (_c, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Enabled, sent)) return await incomplete(reply);
      const { enabled } = sent;
      await appKeys.call('setAppKeyEnabled', { appKey: pathOf(request)['key'] ?? '', enabled });
      return { enabled };
    },
    async (_c, request) => {
      const appKey = pathOf(request)['key'] ?? '';
      const key = await findIn(
        async (page) => {
          const found = await appKeys.call('listAppKeys', { sellerId: '', page });
          return { items: found.appKeys, nextToken: found.nextToken };
        },
        (one) => one.appKey === appKey,
      );
      return key && { enabled: key.enabled };
    },
  );
}
