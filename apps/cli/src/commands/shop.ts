import { FulfillmentAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import { createGrpcClient } from '@astrolabe/grpc';
import { orderNamed, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

const clientOf = (environment: Invocation['environment']) =>
  createGrpcClient(
    FulfillmentAdminServiceClient,
    peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS),
  );

/**
 * `shop connect`: how Tmall is called when a seller's store ships. Secret and session never stand on
 * the command line.
 */
export async function shopConnect(invocation: Invocation): Promise<void> {
  const { words, option, environment, output } = invocation;
  const shop = {
    sellerId: required(words[0], 'SELLER'),
    tmallUrl: required(option('url'), '--url'),
    appKey: required(option('key'), '--key'),
  };
  const secret = required(environment['TMALL_SECRET'], 'TMALL_SECRET');
  const session = required(environment['TMALL_SESSION'], 'TMALL_SESSION');
  const client = clientOf(environment);
  try {
    await client.call('putShop', { shop: { ...shop, secret, session } });
    output.out(JSON.stringify(shop));
  } finally {
    client.close();
  }
}

/** `shop shipments`: what stores have sent off of an order, and how it went at Tmall. */
export async function shopShipments({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  const client = clientOf(environment);
  try {
    const { parcels } = await client.call('getShipping', { orderRef });
    for (const parcel of parcels) output.out(JSON.stringify(parcel));
  } finally {
    client.close();
  }
}
