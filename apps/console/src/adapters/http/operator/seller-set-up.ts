import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import { AreaEntry, ListAreasResponse } from '@astrolabe/contracts/catalog';
import { placeFromKey, placeKey } from '@astrolabe/kernel';
import { divisionNamed } from '@astrolabe/kernel/regions';
import Type from 'typebox';
import Value from 'typebox/value';
import type { Clerks } from '../../../application/clerks.ts';
import { jsonOf } from '../json.ts';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { pageOf } from './responses.ts';

const SELLER = '/api/sellers/:seller';
const CLERK = `${SELLER}/clerks/:login`;

const id = Type.String({ pattern: String.raw`^[\w.-]{1,64}$` });
const NewArea = Type.Object({
  areaId: id,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  /** `STORE:1342`, `WAREHOUSE:WH-01`; none: no place serves the area any more. */
  places: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 500 }),
  /** The division that it is, as a code or as names; empty: none; absent: as it is. */
  region: Type.Optional(Type.String({ maxLength: 100 })),
});
const NewClerk = Type.Object({
  login: id,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  storeId: id,
  role: Type.Union([Type.Literal('CLERK'), Type.Literal('MANAGER')]),
});

const INCOMPLETE = { message: 'a field is missing or not right' };

/** What a seller is set up with by who acts for it: the areas that its places serve, and its clerks. */
export function registerSellerSetUp(
  routes: Routes,
  { catalog, catalogAdmin }: Pick<Backends, 'catalog' | 'catalogAdmin'>,
  clerks: Clerks,
): void {
  routes.seller('GET', `${SELLER}/areas`, 'seller.read', async ({ sellerId }, request) => {
    const asked = { sellerId, page: pageOf(queryOf(request)) };
    return ListAreasResponse.toJSON(await catalogAdmin.call('listAreas', asked));
  });
  routes.seller(
    'POST',
    `${SELLER}/areas`,
    'seller.act',
    async ({ sellerId }, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(NewArea, sent)) return await refuse(reply, 400, 'BAD_REQUEST', INCOMPLETE);
      const places = sent.places.map((place) => placeFromKey(place));
      const known = places.filter((place) => place !== null);
      if (known.length < places.length) {
        return await refuse(reply, 400, 'BAD_PLACE', { message: 'STORE:<id> or WAREHOUSE:<id>' });
      }
      const { areaId, name, region = '' } = sent;
      const division = region.trim() === '' ? null : divisionNamed(region);
      if (division?.ok === false) {
        const { code, message } = division.error;
        const reason = code === 'AMBIGUOUS' ? 'AMBIGUOUS_REGION' : 'UNKNOWN_REGION';
        return await refuse(reply, 400, reason, { message });
      }
      const regionCode = division?.value.code ?? '';
      const area = { areaId, name, places: known.map(placeToMessage), regionCode };
      const asIs = sent.region === undefined ? { regionCode: undefined } : {};
      await catalogAdmin.call('putArea', { sellerId, ...area, ...asIs });
      return { area: AreaEntry.toJSON(area) };
    },
    async ({ sellerId }, request) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(NewArea, sent)) return null;
      const { areaId } = sent;
      const { served, name, places } = await catalog.call('getArea', { sellerId, areaId });
      const keys = places.flatMap((place) => placeFromMessage(place) ?? []).map(placeKey);
      return served ? { areaId, name, places: keys } : null;
    },
  );
  registerClerks(routes, clerks);
}

function registerClerks(routes: Routes, clerks: Clerks): void {
  const unknown = { message: 'No such clerk of this seller' };
  routes.seller('GET', `${SELLER}/clerks`, 'seller.read', async ({ sellerId }, request) => {
    const page = await clerks.list(sellerId, queryOf(request)['token'] ?? '');
    return { clerks: page.clerks, nextToken: page.next };
  });
  routes.seller('POST', `${SELLER}/clerks`, 'seller.act', async ({ sellerId }, request, reply) => {
    const sent = jsonOf(request.body);
    if (!Value.Check(NewClerk, sent)) return await refuse(reply, 400, 'BAD_REQUEST', INCOMPLETE);
    const made = await clerks.create(sellerId, sent);
    if (!made.ok) return await refuse(reply, 409, made.error);
    void reply.header('cache-control', 'no-store');
    return { login: sent.login, ...made.value };
  });
  routes.seller('POST', `${CLERK}/rotate`, 'seller.act', async (caller, request, reply) => {
    const login = pathOf(request)['login'] ?? '';
    const made = await clerks.rotate(caller.sellerId, login, caller.user.login);
    if (!made.ok) return await refuse(reply, 404, made.error, unknown);
    void reply.header('cache-control', 'no-store');
    return { login, ...made.value };
  });
  routes.seller('POST', `${CLERK}/disable`, 'seller.act', async (caller, request, reply) => {
    const login = pathOf(request)['login'] ?? '';
    const isDone = await clerks.disable(caller.sellerId, login, caller.user.login);
    return isDone ? { login } : await refuse(reply, 404, 'UNKNOWN_CLERK', unknown);
  });
}
