import { GOV_METHODS } from '@astrolabe/schemas/govmall';
import type { makeFindArea } from '../../application/find-area.ts';
import { inGroups } from '../../application/in-groups.ts';
import type { Accessory, Caller, Offers, Regions } from '../../application/ports.ts';
import { skusShown } from './goods-rows.ts';
import { govRow, orRefuse } from './row.ts';
import type { Row } from './row.ts';

export type ExtraRowsDeps = {
  readonly offers: Offers;
  readonly regions: Regions;
  readonly findArea: ReturnType<typeof makeFindArea>;
  readonly skusMax: number;
};

const kindOf = ({ isService }: Accessory) => (isService ? 'SERVICE' : 'ACCESSORY');

/** 2.10 (regions), 2.17, 2.19 and 2.20.1 (accessories and warranties). */
export const extraRows = (deps: ExtraRowsDeps): readonly Row[] => [
  ...regionRows(deps),
  ...accessoryRows(deps),
  govRow(GOV_METHODS.warranties, async ({ skus, area }, caller) => {
    const { sellerId } = caller;
    const asked = await skusShown(deps, caller, skus);
    const { county } = orRefuse(await deps.findArea(sellerId, area));
    const found = await inGroups(asked, (sku) =>
      deps.offers.warranties(sellerId, sku, county.code),
    );
    return { result: found.flat() };
  }),
];

function regionRows({ regions }: ExtraRowsDeps): readonly Row[] {
  const below = async (sellerId: string, parent: string) => {
    const found = await regions.below(sellerId, parent);
    return { result: new Map(found.map(({ name, areaId }) => [name, areaId])) };
  };
  return [
    govRow(GOV_METHODS.provinces, (_request, { sellerId }) => below(sellerId, '')),
    govRow(GOV_METHODS.cities, ({ parent }, { sellerId }) => below(sellerId, parent)),
    govRow(GOV_METHODS.counties, ({ parent }, { sellerId }) => below(sellerId, parent)),
  ];
}

const accessoryRows = (deps: ExtraRowsDeps): readonly Row[] => [
  govRow(GOV_METHODS.accessories, async ({ skus }, caller) => {
    const found = await inGroups(await skusShown(deps, caller, skus), async (sku) => {
      const accessories = await deps.offers.accessories(caller.sellerId, sku);
      return accessories.map((one) => ({ ...one, sku, kind: kindOf(one) }) as const);
    });
    return { result: found.flat() };
  }),
  govRow(GOV_METHODS.accessoryRelations, async ({ skus }, caller) => {
    const { sellerId, poolIds } = caller;
    const asked = skus && (await skusShown(deps, caller, skus));
    const found = asked
      ? (await inGroups(asked, (sku) => deps.offers.accessories(sellerId, sku))).flat()
      : await deps.offers.accessories(sellerId, null);
    if (asked || poolIds.length === 0) return { result: relationsOf(found, asked) };
    return { result: relationsOf(found, await allShown(deps, caller, found)) };
  }),
];

/** The SKUs of accessories that this mall is shown, however many there are. */
async function allShown(
  { offers }: ExtraRowsDeps,
  caller: Caller,
  accessories: readonly Accessory[],
): Promise<readonly string[]> {
  const skus = [...new Set(accessories.flatMap((one) => one.skus))];
  return await skusShown({ offers, skusMax: skus.length }, caller, skus);
}

/** Each of the goods with what goes with it; without goods all that have anything. */
function relationsOf(accessories: readonly Accessory[], skus: readonly string[] | undefined) {
  const bySku = new Map<string, Map<string, Accessory>>();
  for (const one of accessories) {
    for (const sku of skus ? one.skus.filter((own) => skus.includes(own)) : one.skus) {
      const own = bySku.get(sku) ?? new Map<string, Accessory>();
      bySku.set(sku, own.set(one.id, one));
    }
  }
  return [...bySku].map(([sku, own]) => ({
    sku,
    accessories: [...own.values()].map(
      (one) => ({ id: one.id, name: one.name, kind: kindOf(one) }) as const,
    ),
  }));
}
