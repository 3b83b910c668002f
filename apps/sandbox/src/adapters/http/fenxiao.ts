import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@astrolabe/kernel';
import { yuanFromFen } from '@astrolabe/kernel';
import {
  CRATE_PATH,
  decodeCrate,
  encodeCrateReply,
  encodeLookupReply,
} from '@astrolabe/schemas/fenxiao';
import type { CrateRequest } from '@astrolabe/schemas/fenxiao';
import { parseForm } from '@astrolabe/schemas/top';
import { fw199BaseString, verifyFw199 } from '@astrolabe/signing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GOODS_FEN, POSTAGE_FEN } from '../../domain/distribution-orders.ts';
import type { DistributionMode, DistributionOrders } from '../../domain/distribution-orders.ts';
import type { ExchangeLog } from '../../domain/exchanges.ts';
import type { Seller } from '../../domain/seller.ts';
import { wrongSignature } from '../../domain/wrong-signature.ts';

/** Where orders are looked up by the caller's number; the document names no such interface. */
export const LOOKUP_PATH = '/gateway/1688/fenxiao/trade/lookup';

export type FenxiaoDeps = {
  readonly orders: DistributionOrders;
  readonly sellers: ReadonlyMap<string, Seller>;
  readonly clock: Clock;
  readonly ticks: () => number;
  readonly log: ExchangeLog;
};

/** Longer than any caller waits. */
const LATE_MS = 15_000;

type Answered =
  | { readonly status: number; readonly body: string; readonly retryAfter?: number }
  | 'close'
  | 'late';

/** The distribution gateway upstream: takes orders, says each verdict when it is told to, and lists. */
export function registerFenxiao(app: FastifyInstance, deps: FenxiaoDeps): void {
  for (const [path, work] of [
    [CRATE_PATH, crate],
    [LOOKUP_PATH, look],
  ] as const) {
    app.post(path, async (request, reply) => {
      const startedAt = deps.ticks();
      const answered = admitted(deps, request, work);
      deps.log.add({
        at: deps.clock().toISOString(),
        party: 'fenxiao',
        direction: 'from-platform',
        method: path,
        // The receiver is in the request: what is shown is that there was one.
        request: `POST ${path}`,
        response: typeof answered === 'string' ? `(${answered})` : answered.body,
        tookMs: Math.round(deps.ticks() - startedAt),
      });
      return await send(request, reply, answered);
    });
  }
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  answered: Answered,
): Promise<FastifyReply> {
  if (answered === 'late') await delay(LATE_MS, undefined, { ref: false });
  if (typeof answered === 'string') {
    request.raw.socket.destroy();
    return reply.hijack();
  }
  if (answered.retryAfter !== undefined) reply.header('retry-after', String(answered.retryAfter));
  const type = answered.status === 200 ? 'application/json' : 'text/html';
  return await reply.code(answered.status).type(type).send(answered.body);
}

const says = (body: string, status = 200): Answered => ({ status, body });

const refused = (code: number, message: string): Answered =>
  says(encodeCrateReply({ kind: 'refused', code, message }));

/** Checks key and signature over the values as they arrived. */
function admitted(
  { sellers, orders }: FenxiaoDeps,
  request: FastifyRequest,
  work: (orders: DistributionOrders, sellerId: string, requestData: string) => Answered,
): Answered {
  const form = parseForm(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  if (!form.ok) return refused(1002, form.error);
  const params = Object.fromEntries(form.value);
  const seller = [...sellers.values()].find(({ keys }) => keys.erp.appKey === params['appid']);
  if (!seller) return refused(1004, 'appid不存在');
  if (!verifyFw199({ params, secrets: [seller.keys.erp.secret] })) {
    return refused(1001, wrongSignature('签名错误', fw199BaseString(params)));
  }
  return work(orders, seller.sellerId, params['request_data'] ?? '');
}

function crate(orders: DistributionOrders, sellerId: string, requestData: string): Answered {
  const read = decodeCrate(requestData);
  if (!read.ok) return refused(1002, read.error);
  const mode = orders.nextMode(sellerId, read.value.request.outOrderId);
  return verdict(orders, sellerId, read.value.request, mode);
}

function verdict(
  orders: DistributionOrders,
  sellerId: string,
  { outOrderId, lines }: CrateRequest,
  mode: DistributionMode,
): Answered {
  switch (mode) {
    case 'spec-no-exist': {
      const message = `商品[${lines[0]?.offerId}]不属于同一卖家`;
      return says(encodeCrateReply({ kind: 'rejected', code: 'SPEC_NO_EXIST', message }));
    }
    case 'code-1001':
      return refused(1001, '签名错误');
    case 'html-502':
      return says('<html><body>502 Bad Gateway</body></html>', 502);
    case 'status-429':
      return { status: 429, body: '', retryAfter: 1 };
    case 'status-503-after':
      orders.take(sellerId, outOrderId, 1);
      return says('<html><body>503 Service Unavailable</body></html>', 503);
    case 'drop-before':
      return 'close';
    case 'partial':
      return partial(orders.take(sellerId, outOrderId, lines.length));
    case 'split':
      return created(orders.take(sellerId, outOrderId, lines.length));
    case 'late':
    case 'drop-after':
      orders.take(sellerId, outOrderId, 1);
      return mode === 'late' ? 'late' : 'close';
    case 'success':
    default:
      return created(orders.take(sellerId, outOrderId, 1));
  }
}

const created = (taken: readonly { readonly orderId: string }[]): Answered =>
  says(
    encodeCrateReply({
      kind: 'created',
      orders: taken.map(({ orderId }) => ({
        orderId,
        amountFen: GOODS_FEN + POSTAGE_FEN,
        postFeeFen: POSTAGE_FEN,
      })),
    }),
  );

/** The last line is not taken; an item for each line, as the platform has it. */
function partial(taken: readonly { readonly orderId: string }[]): Answered {
  const items = taken.map(({ orderId }, index) =>
    index === taken.length - 1
      ? { success: false, resultCode: 'SPEC_NO_EXIST', message: '' }
      : { orderId, success: true, orderAmmount: 9_800, postFee: 9_200 },
  );
  const data = { success: true, orderId: '', mutilOrders: items };
  return says(JSON.stringify({ code: 0, message: 'ok', data, trace_id: '' }));
}

function look(orders: DistributionOrders, sellerId: string, requestData: string): Answered {
  const asked: unknown = JSON.parse(requestData);
  const known =
    typeof asked === 'object' && asked !== null && 'outOrderId' in asked
      ? orders.look(sellerId, String(asked.outOrderId))
      : [];
  return says(
    encodeLookupReply(
      known.map(({ orderId, status }) => ({
        orderId,
        status,
        yuan: yuanFromFen(GOODS_FEN + POSTAGE_FEN),
        postYuan: yuanFromFen(POSTAGE_FEN),
      })),
    ),
  );
}
