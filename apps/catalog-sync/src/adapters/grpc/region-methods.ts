import type { OfferServiceServer, Region as RegionMessage } from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { GAZETTEER, codesAbove } from '@astrolabe/kernel/regions';
import type { Division } from '@astrolabe/kernel/regions';
import type { OfferRegistry } from '../../application/offer/ports.ts';
import { makeListRegions, makeResolveRegion } from '../../application/regions.ts';
import type { RegionDeps } from '../../application/regions.ts';
import { checkLengths } from './offer-messages.ts';
import { refusal, valueOf } from './refusals.ts';

const NAME_MAX = 100;
const WARRANTIES_MAX = 100;

/** The methods of OfferService about places. */
export type RegionMethods = Pick<
  OfferServiceServer,
  'listRegions' | 'resolveRegion' | 'listWarranties'
>;

const regionTo = (division: Division & { readonly areaId?: string }): RegionMessage => ({
  code: division.code,
  name: division.name,
  parentCode: division.parentCode,
  areaId: division.areaId ?? division.code,
});

/** Divisions, the place that names stand for, and what is sold in some places alone. */
export function regionMethods(
  deps: RegionDeps & { readonly registry: Pick<OfferRegistry, 'warranties'> },
): RegionMethods {
  const list = makeListRegions(deps);
  const resolve = makeResolveRegion(deps);
  return {
    listRegions: unary('listRegions', async ({ sellerId, parent }) => {
      if (sellerId === '') throw refusal('MISSING_FIELD');
      const regions = valueOf(await list(sellerId, parent));
      return { regions: regions.map(regionTo), asOf: GAZETTEER.asOf };
    }),
    resolveRegion: unary('resolveRegion', async ({ sellerId, ...asked }) => {
      if (sellerId === '') throw refusal('MISSING_FIELD');
      checkLengths(Object.values(asked), NAME_MAX);
      const found = await resolve(sellerId, asked);
      if (!found.ok) {
        const { code, message } = found.error;
        return { reason: code, message, note: '' };
      }
      const { county, city, province, note } = found.value;
      return {
        county: regionTo(county),
        city: regionTo(city),
        province: regionTo(province),
        note,
        reason: '',
        message: '',
      };
    }),
    listWarranties: unary('listWarranties', async ({ sellerId, sku, areaId }) => {
      if (sellerId === '' || sku === '') throw refusal('MISSING_FIELD');
      const own = areaId === '' ? null : await deps.areas.find(sellerId, areaId);
      const codes = areaId === '' ? null : new Set(codesAbove(own?.regionCode || areaId));
      const { rows } = await deps.registry.warranties.list(sellerId, WARRANTIES_MAX, '', { sku });
      const isSold = (regions: readonly string[]): boolean =>
        codes === null || regions.length === 0 || regions.some((code) => codes.has(code));
      return {
        warranties: rows
          .filter(({ regionCodes }) => isSold(regionCodes))
          .map(({ sellerId: _seller, regionCodes, ...one }) => ({
            ...one,
            regionCodes: [...regionCodes],
          })),
      };
    }),
  };
}
