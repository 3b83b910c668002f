import type { FlowLoad, RoutingServiceServer, StoreLoad } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { Capacity, RuleSets, StoreSettingsSource } from '../../application/ports.ts';
import { rulesInForce } from '../../domain/routing/rule-set.ts';
import { shanghaiDay } from '../../domain/routing/opening.ts';
import type { CollectConfig } from '../../domain/routing/settings.ts';

/** As many stores as routing looks at. */
const STORES_MAX = 10_000;

/** What is set of a seller's stores, and what stands at them today. */
export const loadVerbs = ({
  ruleSets,
  settings,
  capacity,
  clock,
}: {
  readonly ruleSets: Pick<RuleSets, 'load'>;
  readonly settings: Pick<StoreSettingsSource, 'all'>;
  readonly capacity: Pick<Capacity, 'loads'>;
  readonly clock: Clock;
}): Pick<RoutingServiceServer, 'listStoreLoads'> => ({
  listStoreLoads: unary('RoutingService/ListStoreLoads', async ({ sellerId }) => {
    if (sellerId === '') {
      throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'MISSING_FIELD' });
    }
    const day = shanghaiDay(clock().getTime());
    const [set, known, deliver, collect] = await Promise.all([
      ruleSets.load(sellerId),
      settings.all(sellerId),
      capacity.loads(sellerId, day, 'SHIP'),
      capacity.loads(sellerId, day, 'PICKUP'),
    ]);
    const ids = new Set([...known.keys(), ...deliver.keys(), ...collect.keys()]);
    const stores = [...ids].toSorted().map((storeId): StoreLoad => {
      const of = known.get(storeId);
      return {
        storeId,
        deliver: flowLoad(of?.deliver ?? null, deliver.get(storeId)),
        collect: flowLoad(of?.collect ?? null, collect.get(storeId)),
      };
    });
    const capsCounted = rulesInForce(set).filters.some(({ name }) => name === 'daily-cap');
    return { stores: stores.slice(0, STORES_MAX), capsCounted };
  }),
});

const flowLoad = (config: CollectConfig | null, taken = 0): FlowLoad => ({
  workingTime: config?.workingTime ?? '',
  threshold: config?.threshold ?? undefined,
  taken,
});
