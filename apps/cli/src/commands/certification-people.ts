import { setTimeout as pause } from 'node:timers/promises';
import { SupplyAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import { MallMoneyAdminServiceClient } from '@astrolabe/contracts/settlement';
import type { Invoice } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { createClient, peerOf } from '../clients.ts';
import type { Environment } from '../invocation.ts';

const DEADLINE_MS = 15_000;
/** People look for work so often. */
const EVERY_MS = 500;
const ACTOR = 'certification';
const DEED = { actor: ACTOR, dryRun: false } as const;
const PAGE = { size: 20, token: '' };
const TAX = { taxRate: 13, taxCode: '1090511000000000000' };

/** What a seller's people do by hand while a mall is played: ship what was bought, look at the bank, issue invoices. */
export async function whilePeopleWork<T>(
  environment: Environment,
  sellerId: string,
  work: () => Promise<T>,
): Promise<T> {
  const supplies = createClient(
    SupplyAdminServiceClient,
    peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS),
  );
  const money = createClient(
    MallMoneyAdminServiceClient,
    peerOf(environment, 'SETTLEMENT_ADMIN_ADDRESS', DEADLINE_MS),
  );
  const over = new AbortController();
  const people = (async () => {
    while (!over.signal.aborted) {
      await ship(supplies, sellerId);
      await lookAtTheBank(money, sellerId);
      await invoice(money, sellerId);
      await pause(EVERY_MS);
    }
  })();
  try {
    // Whoever fails first ends both.
    return await Promise.race([work(), people.then(() => new Promise<never>(() => undefined))]);
  } finally {
    over.abort();
    await people.catch(() => undefined);
    supplies.close();
    money.close();
  }
}

async function ship(
  supplies: GrpcClient<SupplyAdminServiceClient>,
  sellerId: string,
): Promise<void> {
  const found = await supplies.call('listSupplies', { sellerId, place: undefined, page: PAGE });
  for (const { orderRef, state } of found.supplies) {
    if (state !== 'OPEN') continue;
    await supplies.call('shipParcel', {
      orderRef,
      parcelNo: 'P1',
      companyCode: 'SF',
      companyName: '顺丰速运',
      waybillNo: `SF${orderRef?.number ?? ''}`,
      lines: [],
      operator: ACTOR,
      sentAt: undefined,
    });
    const parcel = { orderRef, parcelNo: 'P1' };
    const step = { at: new Date(), content: '快件已由收发室签收', operator: ACTOR };
    await supplies.call('recordTrack', { ...parcel, step });
    await supplies.call('deliver', { ...parcel, operator: ACTOR, at: undefined, rejected: false });
  }
}

async function lookAtTheBank(
  money: GrpcClient<MallMoneyAdminServiceClient>,
  sellerId: string,
): Promise<void> {
  const told = await money.call('listTransfers', { sellerId, state: 'SUBMITTED', page: PAGE });
  for (const { bankNumber, amountFen } of told.transfers) {
    await money.call('verifyTransfer', {
      sellerId,
      bankNumber,
      receivedFen: amountFen,
      acceptExcess: false,
      actor: ACTOR,
      reason: '',
      dryRun: false,
    });
  }
}

async function invoice(
  money: GrpcClient<MallMoneyAdminServiceClient>,
  sellerId: string,
): Promise<void> {
  const listed = async (state: string): Promise<readonly Invoice[]> =>
    (await money.call('listInvoices', { sellerId, state, colour: '', page: PAGE })).invoices;
  for (const { orderRef, lines } of await listed('WAITING')) {
    const said = lines.map(({ lineId }) => ({ lineId, ...TAX }));
    await money.call('amendInvoice', {
      orderRef,
      serial: '',
      title: '',
      taxNumber: '',
      lines: said,
      ...DEED,
    });
  }
  for (const { orderRef, serial } of await listed('REQUESTED')) {
    await money.call('recordIssued', {
      orderRef,
      serial,
      number: `26127${orderRef?.number ?? ''}`,
      code: '',
      url: `https://invoices.example.com/${serial}.pdf`,
      issuedAt: undefined,
      lines: [],
      ...DEED,
    });
  }
}
