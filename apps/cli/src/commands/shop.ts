import { FulfillmentAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import type { Command } from '../command.ts';
import { createClient, peerOf } from '../clients.ts';
import { orderNamed } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

const clientOf = (environment: Invocation['environment']) =>
  createClient(
    FulfillmentAdminServiceClient,
    peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS),
  );

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
    name: 'shop shipments',
    words: ['<ORDER>'],
    summary: 'what stores have sent off of an order, and what Tmall said',
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['shop shipments tmall/21230/2004574256073903'],
    run: shopShipments,
  },
];
