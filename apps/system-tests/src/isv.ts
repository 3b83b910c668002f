import { IsvAdminServiceClient } from '@astrolabe/contracts/isv';
import type { ReportStoreRequest } from '@astrolabe/contracts/isv';
import { PushMethod } from '@astrolabe/contracts/push';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { tmallOrder } from '@astrolabe/kernel';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import type { Harness } from './harness.ts';
import type { StockLine } from './requests.ts';
import { Actor, OID, TID } from './scenario.ts';

export type IsvClient = GrpcClient<IsvAdminServiceClient>;

/** The administration of the split application in a harness's stack; to be closed. */
export const connectIsv = ({ stack }: Pick<Harness, 'stack'>): IsvClient =>
  createGrpcClient(IsvAdminServiceClient, {
    address: adminAddress(stack, 'isv-allocator'),
    name: 'system-test',
    defaultDeadlineMs: 5_000,
  });

/** Tmall deducts where there is most certain stock: at 1342. Shared stock is at 123 alone. */
export const ISV_STOCK: StockLine[] = [
  { place: '1342', kind: 'CERTAINTY', quantity: '5', billNum: 'B-1' },
  { place: '123', kind: 'UNCERTAINTY', quantity: '8', billNum: 'B-2' },
];

/**
 * A seller of model D whose split application is ours: the platform calls it by itself. With `shipsAt`
 * the application ships at that Tmall before it tells a shipment.
 */
export async function sellerWithIsv(
  harness: Harness,
  isv: IsvClient,
  options: { shipsAt?: string } = {},
): Promise<Actor> {
  const seller = await harness.newSeller({ allocator: 'isv', acceptor: 'pos' });
  const { sellerId, spi, keys } = seller;
  const spiUrl = `${httpUrl(harness.stack, 'isv-allocator')}/spi`;
  const key = { appKey: spi.appKey, secret: spi.secret };
  const { shipsAt } = options;
  await isv.call('putConnection', {
    connection: {
      sellerId,
      spi: key,
      platformUrl: harness.gateway.url,
      qimen: keys.erp,
      top: keys.pos,
      ...(shipsAt && { tmall: { url: shipsAt, key: keys.tmall, session: sellerId } }),
    },
  });
  await harness.clients.fulfillmentAdmin.call('putConnection', { sellerId, spiUrl, ...key });
  await harness.clients.push.call('putSeller', {
    seller: {
      sellerId,
      spiUrl,
      spiAppKey: spi.appKey,
      method: PushMethod.ONBOARDING,
      onboardingAppKey: keys.pos.appKey,
      applications: [{ appKey: keys.pos.appKey, omni: true }],
    },
    spiSecret: spi.secret,
  });
  const actor = new Actor(harness, seller);
  await actor.createStores();
  await actor.initialise(ISV_STOCK);
  return actor;
}

/** What a store of the seller has done, told to its split application. */
export const reportToIsv = (
  isv: IsvClient,
  actor: Actor,
  status: string,
  more: Partial<ReportStoreRequest> = {},
) =>
  isv.call('reportStore', {
    orderRef: tmallOrder(actor.seller.sellerId, TID),
    subOrderIds: [OID],
    status,
    operator: '小王',
    actionTime: new Date(),
    logistics: undefined,
    ...more,
  });

export const ISV_SHIPMENT = {
  logistics: {
    logisticId: '233324',
    logisticCompany: '顺丰',
    companyCode: 'SF',
    mailNo: '2323232',
    description: '已发送',
  },
};
