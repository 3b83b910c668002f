import type { Result } from '@astrolabe/kernel';
import { err, mapOk, ok } from '@astrolabe/kernel';
import type { Division, PlaceAsked, PlaceRefusal, ResolvedPlace } from '@astrolabe/kernel/regions';
import { divisionsBelow, resolvePlace } from '@astrolabe/kernel/regions';
import type { Areas } from './ports.ts';

/** A division with the seller's own id of it, which is its code where the seller has none. */
export type Region = Division & { readonly areaId: string };

export type RegionDeps = {
  readonly areas: Pick<Areas, 'find' | 'findAny'>;
};

const withAreaIds = async (
  { areas }: RegionDeps,
  sellerId: string,
  divisions: readonly Division[],
): Promise<Region[]> => {
  const found = await areas.findAny(
    sellerId,
    divisions.map(({ code }) => code),
  );
  const own = new Map(found.map(({ regionCode, areaId }) => [regionCode, areaId]));
  return divisions.map((one) => ({ ...one, areaId: own.get(one.code) ?? one.code }));
};

/** The code that an id stands for: that of the seller's own area, else the id itself. */
async function codeOf({ areas }: RegionDeps, sellerId: string, id: string): Promise<string> {
  const own = id === '' ? null : await areas.find(sellerId, id);
  return own && own.regionCode !== '' ? own.regionCode : id;
}

/** The divisions directly below one, or the provinces. */
export const makeListRegions =
  (deps: RegionDeps) =>
  async (sellerId: string, parent: string): Promise<Result<Region[], 'UNKNOWN_REGION'>> => {
    const below = divisionsBelow(await codeOf(deps, sellerId, parent));
    return below === null ? err('UNKNOWN_REGION') : ok(await withAreaIds(deps, sellerId, below));
  };

/** A resolved place, its county with the seller's own id. */
export type SellersPlace = Omit<ResolvedPlace, 'county'> & { readonly county: Region };

/** The county that names, a code or an own id stand for. */
export const makeResolveRegion =
  (deps: RegionDeps) =>
  async (sellerId: string, asked: PlaceAsked): Promise<Result<SellersPlace, PlaceRefusal>> => {
    const code = await codeOf(deps, sellerId, asked.code);
    const place = resolvePlace({ ...asked, code });
    if (!place.ok) return place;
    const [county] = await withAreaIds(deps, sellerId, [place.value.county]);
    return mapOk(place, (found) => ({
      ...found,
      county: county ?? { ...found.county, areaId: found.county.code },
    }));
  };
