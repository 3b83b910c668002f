import {
  CountMallMoneyResponse,
  CountNotesResponse,
  CountPayablesResponse,
  CountReceivablesResponse,
} from '@astrolabe/contracts/settlement';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import type { Backends } from './backends.ts';
import { bounded, sendCsv } from './csv.ts';
import { pageOf } from './responses.ts';
import { SETTLEMENT_LISTS } from './settlement-lists.ts';
import type { SettlementList } from './settlement-lists.ts';

const SETTLEMENT = '/api/sellers/:seller/settlement';
/** Of the pages that a file is made of; accounts are counted one by one, 100 at the most. */
const FILE_PAGE = 100;

type Money = Pick<Backends, 'mallMoneyAdmin' | 'moneyOverview' | 'notes' | 'settlement'>;

/** A seller's money: what agrees, differs and waits, part by part, and the list behind each number as a page and as a file. */
export function registerSettlement(routes: Routes, money: Money): void {
  const { moneyOverview } = money;
  const overview = `${SETTLEMENT}/overview`;
  routes.seller('GET', `${overview}/receivables`, 'seller.read', async ({ sellerId }) =>
    CountReceivablesResponse.toJSON(await moneyOverview.call('countReceivables', { sellerId })),
  );
  routes.seller('GET', `${overview}/notes`, 'seller.read', async ({ sellerId }) =>
    CountNotesResponse.toJSON(await moneyOverview.call('countNotes', { sellerId })),
  );
  routes.seller('GET', `${overview}/mall`, 'seller.read', async ({ sellerId }) =>
    CountMallMoneyResponse.toJSON(await moneyOverview.call('countMallMoney', { sellerId })),
  );
  routes.seller('GET', `${overview}/payables`, 'seller.read', async ({ sellerId }) =>
    CountPayablesResponse.toJSON(await moneyOverview.call('countPayables', { sellerId })),
  );
  for (const [name, list] of Object.entries(SETTLEMENT_LISTS)) {
    registerList(routes, money, name, list);
  }
}

function registerList(routes: Routes, money: Money, name: string, list: SettlementList): void {
  const path = `${SETTLEMENT}/${name}`;
  routes.seller('GET', path, 'seller.read', async ({ sellerId }, request) => {
    const query = queryOf(request);
    return (await list.read(money, sellerId, query, pageOf(query))).json;
  });
  routes.seller('GET', `${path}.csv`, 'seller.read', async ({ sellerId }, request, reply) => {
    const query = queryOf(request);
    // What cannot be asked for is refused before the file begins.
    const first = await list.read(money, sellerId, query, { size: FILE_PAGE, token: '' });
    async function* rows() {
      let page = first;
      yield* page.rows;
      while (page.next !== '') {
        page = await list.read(money, sellerId, query, { size: FILE_PAGE, token: page.next });
        yield* page.rows;
      }
    }
    return await sendCsv(reply, `${name}-${sellerId}`, list.columns, bounded(rows()));
  });
}
