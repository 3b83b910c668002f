import type {
  ListReceivablesRequest,
  ListReceivablesResponse,
  SettlementServiceServer,
} from '@astrolabe/contracts/settlement';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import { DAY_MS, parseShanghai } from '@astrolabe/kernel';
import type { Payables, ReceivableQuery, Receivables } from '../../application/ports.ts';
import { MATCHES, isAge } from '../../domain/billing.ts';
import { PAYABLE_KINDS } from '../../domain/payable.ts';
import { payableTo, toMessage } from './message.ts';
import { invalid, listed, pageOf, wordOf } from './requests.ts';

/** SettlementService: receivables to read. */
export const settlementService = (
  receivables: Pick<Receivables, 'load' | 'list'>,
  payables: Pick<Payables, 'list'>,
): SettlementServiceServer => ({
  getReceivable: unary('SettlementService/GetReceivable', async (request) => {
    const found = await receivables.load(orderOf(request));
    if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
    return { receivable: toMessage(found) };
  }),
  listReceivables: unary('SettlementService/ListReceivables', (request) => {
    const { sellerId, page } = request;
    return listOf(receivables, { sellerId, ...matchedOf(request), ...pageOf(sellerId, page) });
  }),
  listDiscrepancies: unary('SettlementService/ListDiscrepancies', ({ sellerId, day, page }) =>
    listOf(receivables, { sellerId, discrepancies: daysOf(day), ...pageOf(sellerId, page) }),
  ),
  listPayables: unary('SettlementService/ListPayables', async (request) => {
    const { sellerId, page } = request;
    const { limit, after } = pageOf(sellerId, page);
    const kind = request.kind === '' ? null : wordOf(PAYABLE_KINDS, request.kind);
    const { items, next } = await payables.list(sellerId, kind, limit, after);
    return { payables: items.map(payableTo), nextToken: next };
  }),
});

async function listOf(
  receivables: Pick<Receivables, 'list'>,
  query: ReceivableQuery,
): Promise<ListReceivablesResponse> {
  const { items, next } = listed(await receivables.list(query));
  return { receivables: items.map(toMessage), nextToken: next };
}

/** The match that is asked for; a channel and an age narrow it, and say nothing alone. */
function matchedOf({
  match,
  channel,
  fromDays,
}: ListReceivablesRequest): Pick<ReceivableQuery, 'matched'> {
  if (match === '') {
    if (channel !== '' || fromDays !== undefined) throw invalid('MISSING_FIELD', 'match');
    return {};
  }
  if (fromDays !== undefined && !isAge(fromDays)) throw invalid('INVALID_AGE');
  return { matched: { match: wordOf(MATCHES, match), channel, fromDays: fromDays ?? null } };
}

/** The days in Shanghai that are meant: one, or all. */
function daysOf(day: string): NonNullable<ReceivableQuery['discrepancies']> {
  if (day === '') return { from: new Date(0), to: null };
  const from = parseShanghai(`${day} 00:00:00`);
  if (!from.ok) throw invalid('INVALID_DAY');
  return { from: from.value, to: new Date(from.value.getTime() + DAY_MS) };
}
