import type { BillServiceServer } from '@astrolabe/contracts/settlement';
import { unary } from '@astrolabe/grpc';
import { readOrderRef } from '@astrolabe/kernel';
import type { BroughtRow, makeImportBill } from '../../application/import-bill.ts';
import { invalid, named } from './requests.ts';

const ROWS_MAX = 500;

/** BillService: bills of platforms, which people bring. */
export const billService = (importBill: ReturnType<typeof makeImportBill>): BillServiceServer => ({
  importBill: unary('BillService/ImportBill', async (request) => {
    const sellerId = named(request.sellerId);
    const { rows } = request;
    if (rows.length > ROWS_MAX) throw invalid('TOO_MANY_ROWS');
    if (new Set(rows.map(({ rowNo }) => rowNo)).size < rows.length) throw invalid('DUPLICATE_ROW');
    const outcomes = await importBill({
      billNo: named(request.billNo),
      actor: named(request.actor),
      isDry: request.dryRun,
      rows: rows.map(({ rowNo, orderRef, amountFen }): BroughtRow => {
        const read = orderRef && readOrderRef(orderRef);
        // A row is of the seller's own orders alone.
        const isOwn = read?.ok && read.value.sellerId === sellerId;
        return { rowNo: named(rowNo), orderRef: isOwn ? read.value : null, amountFen };
      }),
    });
    return { outcomes: [...outcomes] };
  }),
});
