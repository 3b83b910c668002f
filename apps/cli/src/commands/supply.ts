import {
  SupplyAdminServiceClient,
  SupplyParcel,
  SupplyReturn,
  SupplyServiceClient,
  Supply,
} from '@astrolabe/contracts/fulfillment';
import { placeToMessage } from '@astrolabe/contracts';
import type { GrpcClient } from '@astrolabe/grpc';
import { placeFromKey } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { UsageError, orderNamed, printList, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { lineQuantities } from '../line-quantities.ts';

/** A platform is told before a parcel is shipped, and waited for. */
const DEADLINE_MS = 15_000;

type Admin = GrpcClient<SupplyAdminServiceClient>;

/** Runs one call of a warehouse's, with a client that is closed afterwards. */
async function withAdmin(
  { environment }: Invocation,
  work: (client: Admin) => Promise<void>,
): Promise<void> {
  const peer = peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS);
  return await withClient(SupplyAdminServiceClient, peer, work);
}

const timeOf = (text: string | undefined): Date | undefined => {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new UsageError('--since is no time, e.g. 2026-11-30T10:00:00+08:00');
  return time;
};

/** `supply list`: orders that a warehouse has something to do for, the oldest first, one object a line. */
const supplyList = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const { option } = invocation;
    const sellerId = required(option('seller'), '--seller');
    const word = option('place');
    const place = word === undefined ? undefined : placeFromKey(word);
    if (place === null) throw new UsageError('--place is TYPE:ID, e.g. WAREHOUSE:W1');
    const asked = { sellerId, place: place && placeToMessage(place) };
    await printList(
      invocation,
      (page) => client.call('listSupplies', { ...asked, page }),
      ({ supplies }) => supplies.map((one) => Supply.toJSON(one)),
    );
  });

/** `supply show`: one order with its parcels, returns and receipts. */
async function supplyShow({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  const peer = peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS);
  await withClient(SupplyServiceClient, peer, async (client) => {
    const { supply } = await client.call('getSupply', { orderRef });
    output.row(supply ? Supply.toJSON(supply) : null);
  });
}

const printParcel = ({ output }: Invocation, parcel: SupplyParcel | undefined): void =>
  output.row(parcel ? SupplyParcel.toJSON(parcel) : null);

const printReturn = ({ output }: Invocation, goods: SupplyReturn | undefined): void =>
  output.row(goods ? SupplyReturn.toJSON(goods) : null);

/** The order and the parcel that a command's first words name. */
const parcelNamed = ({ words }: Invocation) => ({
  orderRef: orderNamed(words[0]),
  parcelNo: required(words[1], 'PARCEL'),
});

/** `supply ship`: sends a parcel off; without lines all that is left. */
const supplyShip = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const { words, option } = invocation;
    const { parcel } = await client.call('shipParcel', {
      ...parcelNamed(invocation),
      companyName: required(option('carrier'), '--carrier'),
      companyCode: option('key') ?? '',
      waybillNo: required(option('waybill'), '--waybill'),
      lines: lineQuantities(words.slice(2)),
      operator: required(option('actor'), '--actor'),
      sentAt: timeOf(option('since')),
    });
    printParcel(invocation, parcel);
  });

/** `supply track`: a step of a parcel's way. */
const supplyTrack = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const { option } = invocation;
    const step = {
      at: timeOf(option('since')),
      content: required(option('note'), '--note'),
      operator: required(option('actor'), '--actor'),
    };
    const { parcel } = await client.call('recordTrack', { ...parcelNamed(invocation), step });
    printParcel(invocation, parcel);
  });

/** `supply deliver`: the buyer took a parcel, or with --rejected did not. */
const supplyDeliver = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const { option, flag } = invocation;
    const { parcel } = await client.call('deliver', {
      ...parcelNamed(invocation),
      operator: required(option('actor'), '--actor'),
      at: timeOf(option('since')),
      rejected: flag('rejected'),
    });
    printParcel(invocation, parcel);
  });

/** `supply retry`: a parcel that is STUCK is tried again. */
const supplyRetry = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const operator = required(invocation.option('actor'), '--actor');
    const { parcel } = await client.call('retryParcel', { ...parcelNamed(invocation), operator });
    printParcel(invocation, parcel);
  });

/** `supply return`: goods of a return have come back; without lines all that is expected. */
const supplyReturn = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const { words, option } = invocation;
    const answer = await client.call('receiveReturn', {
      orderRef: orderNamed(words[0]),
      returnId: required(words[1], 'RETURN'),
      receiptNo: required(option('key'), '--key'),
      lines: lineQuantities(words.slice(2)),
      operator: required(option('actor'), '--actor'),
    });
    printReturn(invocation, answer.return);
  });

/** `supply deny`: a return is not agreed to. */
const supplyDeny = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const { words, option } = invocation;
    const answer = await client.call('denyReturn', {
      orderRef: orderNamed(words[0]),
      returnId: required(words[1], 'RETURN'),
      reason: required(option('reason'), '--reason'),
      operator: required(option('actor'), '--actor'),
    });
    printReturn(invocation, answer.return);
  });

/** `supply receipt`: reads a receipt of the platform again. */
const supplyReceipt = (invocation: Invocation): Promise<void> =>
  withAdmin(invocation, async (client) => {
    const { words, output } = invocation;
    const sellerId = required(words[0], 'SELLER');
    const receiptId = required(words[1], 'RECEIPT');
    output.row(await client.call('readReceipt', { sellerId, receiptId }));
  });

/** Its part of the command line. */
export const SUPPLY_COMMANDS: readonly Command[] = [
  {
    name: 'supply list',
    summary: 'orders that we supply and a warehouse has something to do for, the oldest first',
    needs: ['seller'],
    takes: ['place', 'limit', 'from'],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply list --seller 21230 --place WAREHOUSE:WH-01'],
    run: supplyList,
  },
  {
    name: 'supply show',
    words: ['<ORDER>'],
    summary: 'one of them with its parcels, returns and receipts',
    variables: ['FULFILLMENT_ADDRESS'],
    examples: ['supply show 1688/21230/7'],
    run: supplyShow,
  },
  {
    name: 'supply ship',
    words: ['<ORDER>', '<PARCEL>', '[LINE=PIECES...]'],
    summary:
      "sends a parcel off, without lines all that is left; PARCEL is the warehouse's own number, and the same again is one",
    needs: ['carrier', 'waybill', 'actor'],
    takes: [
      ['key', "the carrier's code"],
      ['since', 'when it left'],
    ],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply ship 1688/21230/7 P-1 11=2 --carrier 顺丰 --waybill SF1 --actor li'],
    changes: true,
    run: supplyShip,
  },
  {
    name: 'supply track',
    words: ['<ORDER>', '<PARCEL>'],
    summary: "a step of a parcel's way",
    needs: ['note', 'actor'],
    takes: [['since', 'when it was there']],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply track 1688/21230/7 P-1 --note 已揽收 --actor li'],
    changes: true,
    run: supplyTrack,
  },
  {
    name: 'supply deliver',
    words: ['<ORDER>', '<PARCEL>'],
    summary: 'the buyer took a parcel, or with --rejected did not',
    needs: ['actor'],
    takes: [['since', 'when it was'], 'rejected'],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply deliver 1688/21230/7 P-1 --actor li'],
    changes: true,
    run: supplyDeliver,
  },
  {
    name: 'supply retry',
    words: ['<ORDER>', '<PARCEL>'],
    summary: 'tries a parcel again that is STUCK',
    needs: ['actor'],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply retry 1688/21230/7 P-1 --actor li'],
    changes: true,
    run: supplyRetry,
  },
  {
    name: 'supply return',
    words: ['<ORDER>', '<RETURN>', '[LINE=PIECES...]'],
    summary: 'goods of a return have come back, without lines all that is expected',
    needs: [['key', "the receipt's number: the same again is one"], 'actor'],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply return 1688/21230/7 R-1 11=1 --key E-1 --actor li'],
    changes: true,
    run: supplyReturn,
  },
  {
    name: 'supply deny',
    words: ['<ORDER>', '<RETURN>'],
    summary: 'a return is not agreed to',
    needs: ['reason', 'actor'],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply deny 1688/21230/7 R-1 --reason 超过期限 --actor li'],
    changes: true,
    run: supplyDeny,
  },
  {
    name: 'supply receipt',
    words: ['<SELLER>', '<RECEIPT>'],
    summary: 'reads a receipt of the platform again',
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['supply receipt 21230 88'],
    changes: true,
    run: supplyReceipt,
  },
];
