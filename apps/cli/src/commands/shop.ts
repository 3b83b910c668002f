import { FulfillmentAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import type { Command } from '../command.ts';
import { createClient, peerOf } from '../clients.ts';
import { orderNamed, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

const clientOf = (environment: Invocation['environment']) =>
  createClient(
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
    output.row(shop);
  } finally {
    client.close();
  }
}

/** `shop shipments`: what stores have sent off of an order, and how it went at Tmall. */
async function shopShipments({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  const client = clientOf(environment);
  try {
    const { parcels } = await client.call('getShipping', { orderRef });
    for (const parcel of parcels) output.row(parcel);
  } finally {
    client.close();
  }
}

/** Its part of the command line. */
export const SHOP_COMMANDS: readonly Command[] = [
  {
    name: 'shop connect',
    words: ['<SELLER>'],
    summary: 'how Tmall is called when a store of the seller ships',
    needs: ['url', ['key', 'our application key there']],
    variables: ['FULFILLMENT_ADMIN_ADDRESS', 'TMALL_SECRET', 'TMALL_SESSION'],
    examples: ['shop connect 21230 --url https://eco.taobao.com --key 4272'],
    changes: true,
    run: shopConnect,
  },
  {
    name: 'shop shipments',
    words: ['<ORDER>'],
    summary: 'what stores have sent off of an order, and what Tmall said',
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['shop shipments tmall/21230/2004574256073903'],
    run: shopShipments,
  },
];
