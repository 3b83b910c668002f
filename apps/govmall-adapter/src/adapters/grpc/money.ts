import { MallMoneyServiceClient } from '@astrolabe/contracts/settlement';
import type {
  Invoice as InvoiceMessage,
  Transfer as TransferMessage,
} from '@astrolabe/contracts/settlement';
import { GRPC, GrpcCallError, createGrpcClient, pagesOf } from '@astrolabe/grpc';
import { invariant, orderKey } from '@astrolabe/kernel';
import type {
  IssuedInvoice,
  MallMoney,
  ReconciledOrder,
  Transfer,
} from '../../application/ports.ts';
import type { Closable } from './options.ts';
import { peerOptions } from './options.ts';
import { refOf } from './order-ref.ts';

const PAGE = 500;

/** The money of malls' orders. */
export function connectMoney(address: string): MallMoney & Closable {
  const client = createGrpcClient(MallMoneyServiceClient, peerOptions(address));
  return {
    close: () => client.close(),
    reconcile: async (caller, days) => {
      const orders: ReconciledOrder[] = [];
      const ask = (token: string) =>
        client.call('reconcile', { ...caller, ...days, page: { size: PAGE, token } });
      for await (const page of pagesOf(ask)) {
        for (const { orderRef, state, invoiceState, amountFen } of page.orders) {
          const [isReceived, isInvoiced] = [state === 'DELIVERED', invoiceState === 'ISSUED'];
          orders.push({ number: refOf(orderRef).number, isReceived, isInvoiced, amountFen });
        }
      }
      return orders;
    },
    payment: (orderRef) => nullWhereUnknown(client.call('getPayment', { orderRef })),
    submitTransfer: async (caller, { payer, orders, ...transfer }) => {
      const told = { ...caller, ...transfer, payerName: payer, orders: [...orders] };
      return transferOf((await client.call('submitTransfer', told)).transfer);
    },
    transfer: async (caller, by) => {
      const asked =
        'order' in by ? { bankNumber: '', orderRef: by.order } : { ...by, orderRef: undefined };
      const found = await nullWhereUnknown(client.call('getTransfer', { ...caller, ...asked }));
      return found && transferOf(found.transfer);
    },
    invoices: async (account, orders) => {
      const asked = { account, orderRefs: [...orders] };
      const answer = await client.call('getInvoices', asked);
      return new Map(
        answer.orders.map(({ orderRef, invoices }) => [
          orderKey(refOf(orderRef)),
          invoices.filter(({ state }) => state === 'ISSUED').map(invoiceOf),
        ]),
      );
    },
  };
}

async function nullWhereUnknown<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && error.code === GRPC.notFound) return null;
    throw error;
  }
}

function transferOf(transfer: TransferMessage | undefined): Transfer {
  invariant(transfer, 'a transfer that is known is shown');
  const { bankNumber, orders, amountFen, state, reason } = transfer;
  return {
    bankNumber,
    orders: orders.map(refOf),
    amountFen,
    state: stateOf(state),
    reason,
  };
}

/** A state of a later version waits for a person, as far as the mall is concerned. */
const stateOf = (state: string): Transfer['state'] =>
  state === 'SUBMITTED' || state === 'VERIFIED' || state === 'REJECTED' ? state : 'EXCESS';

const invoiceOf = ({ number, code, url, totalFen, issuedAt }: InvoiceMessage): IssuedInvoice => ({
  number,
  code,
  url,
  amountFen: totalFen,
  issuedAt: issuedAt ?? null,
});
