import { hostedService } from '@astrolabe/service';
import type { HostedService, RunOptions } from '@astrolabe/service';
import type { TObject } from 'typebox';

/** SERVICES names a service that there is not, or none. */
export class UnknownService extends Error {
  override readonly name = 'UnknownService';
}

type Loaded = (name: string) => Promise<HostedService>;

/** A service from its two modules, which are loaded when it is to run and not before. */
const from =
  <S extends TObject>(
    config: () => Promise<{ readonly ConfigSchema: S }>,
    service: () => Promise<{ readonly createService: RunOptions<S>['create'] }>,
  ): Loaded =>
  async (name) => {
    const [{ ConfigSchema: schema }, { createService: create }] = await Promise.all([
      config(),
      service(),
    ]);
    return hostedService({ name, schema, create });
  };

/** Every service that may run beside others; each stays an app of its own. */
export const SERVICES: Readonly<Record<string, Loaded>> = {
  'catalog-sync': from(
    () => import('@astrolabe/catalog-sync/config'),
    () => import('@astrolabe/catalog-sync/service'),
  ),
  'inventory-service': from(
    () => import('@astrolabe/inventory-service/config'),
    () => import('@astrolabe/inventory-service/service'),
  ),
  'order-router': from(
    () => import('@astrolabe/order-router/config'),
    () => import('@astrolabe/order-router/service'),
  ),
  fulfillment: from(
    () => import('@astrolabe/fulfillment/config'),
    () => import('@astrolabe/fulfillment/service'),
  ),
  settlement: from(
    () => import('@astrolabe/settlement/config'),
    () => import('@astrolabe/settlement/service'),
  ),
  'order-push': from(
    () => import('@astrolabe/order-push/config'),
    () => import('@astrolabe/order-push/service'),
  ),
  'gateway-ingress': from(
    () => import('@astrolabe/gateway-ingress/config'),
    () => import('@astrolabe/gateway-ingress/service'),
  ),
  'govmall-adapter': from(
    () => import('@astrolabe/govmall-adapter/config'),
    () => import('@astrolabe/govmall-adapter/service'),
  ),
  'isv-allocator': from(
    () => import('@astrolabe/isv-allocator/config'),
    () => import('@astrolabe/isv-allocator/service'),
  ),
  console: from(
    () => import('@astrolabe/console/config'),
    () => import('@astrolabe/console/service'),
  ),
};

/** The services of a list, by commas. @throws UnknownService */
export async function loadServices(list: string): Promise<HostedService[]> {
  const names = list.split(',').filter((name) => name !== '');
  if (names.length === 0) throw new UnknownService('SERVICES: names no service');
  return await Promise.all(
    names.map(async (name) => {
      const loaded = SERVICES[name];
      if (loaded) return await loaded(name);
      const known = Object.keys(SERVICES).join(', ');
      throw new UnknownService(`SERVICES: ${name} is none of ${known}`);
    }),
  );
}
