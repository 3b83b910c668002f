import { placeToMessage } from '@astrolabe/contracts';
import type { ListOrdersRequest } from '@astrolabe/contracts/order';
import { DAY_MS, err, ok, parseShanghai, placeFromKey } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';

type Query = Partial<Record<string, string>>;

/** What a list of orders is narrowed by; days are those of Asia/Shanghai. */
export type OrderFilter = Omit<ListOrdersRequest, 'brief' | 'page'>;

const dayOf = (text: string): Date | undefined => {
  const read = parseShanghai(`${text} 00:00:00`);
  return read.ok ? read.value : undefined;
};

/**
 * Reads what an address asks of a seller's orders; `from` and `to` are days of payment, both included. What
 * cannot be read is refused by name, for a filter that is left out unseen shows too much.
 */
export function orderFilter(sellerId: string, query: Query): Result<OrderFilter, string> {
  const { state = '', flag = '', channel = '', queue = '', stage = '', day = '', q = '' } = query;
  const { place = '', from = '', to = '' } = query;
  const at = place === '' ? null : placeFromKey(place);
  const paidFrom = from === '' ? undefined : dayOf(from);
  const lastDay = to === '' ? undefined : dayOf(to);
  if (place !== '' && !at) return err('place');
  if (from !== '' && !paidFrom) return err('from');
  if (to !== '' && !lastDay) return err('to');
  return ok({
    sellerId,
    state,
    flag,
    channel,
    queue,
    stage,
    stageDay: day,
    text: q.trim(),
    ...(at && { place: placeToMessage(at) }),
    ...(paidFrom && { paidFrom }),
    ...(lastDay && { paidTo: new Date(lastDay.getTime() + DAY_MS) }),
  });
}
