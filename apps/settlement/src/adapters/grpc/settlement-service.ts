import type { SettlementServiceServer } from '@astrolabe/contracts/settlement';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { Receivables } from '../../application/ports.ts';
import { toMessage } from './message.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

/** SettlementService: receivables to read. */
export const settlementService = (
  receivables: Pick<Receivables, 'load' | 'list'>,
): SettlementServiceServer => ({
  getReceivable: unary('SettlementService/GetReceivable', async (request) => {
    const found = await receivables.load(orderOf(request));
    if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
    return { receivable: toMessage(found) };
  }),
  listReceivables: unary('SettlementService/ListReceivables', async ({ sellerId, page }) => {
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const size = page?.size ?? 0;
    if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
    const limit = size === 0 ? DEFAULT_PAGE : size;
    const listed = await receivables.list({ sellerId, limit, after: page?.token ?? '' });
    if (!listed.ok) throw invalid(listed.error);
    return { receivables: listed.value.items.map(toMessage), nextToken: listed.value.next };
  }),
});

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
