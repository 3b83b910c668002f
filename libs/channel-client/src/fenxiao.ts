import { HttpFailure } from '@astrolabe/http';
import type { HttpClient, HttpResponse } from '@astrolabe/http';
import type { Clock, Fen } from '@astrolabe/kernel';
import {
  CRATE_PATH,
  decodeCrateReply,
  decodeLookupReply,
  encodeLookup,
} from '@astrolabe/schemas/fenxiao';
import type { CrateAnswer, CrateItem, Looked } from '@astrolabe/schemas/fenxiao';
import { signFw199 } from '@astrolabe/signing';
import { METRIC, counter, gauge, withSpan } from '@astrolabe/telemetry';
import type { Pauses } from './pauses.ts';

/** A seller's account at the distribution gateway; the credentials belong to appid and seller_nick. */
export type FenxiaoAccess = {
  readonly baseUrl: string;
  readonly appId: string;
  readonly sellerNick: string;
  readonly secret: string;
  /** Path of the list of orders; empty where the gateway has none. It is in no document. */
  readonly lookupPath: string;
  /** Codes of the gateway that refuse a request before the order is tried. */
  readonly retryCodes: readonly string[];
  readonly failCodes: readonly string[];
};

export type FenxiaoDeps = {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Shared by all calls of the process: who was told that there were too many waits with all of its orders. */
  readonly pauses: Pauses;
};

export type UpstreamOrder = {
  readonly orderId: string;
  readonly amountFen: Fen | null;
  readonly postFeeFen: Fen | null;
};

/** A line, or one of several orders, that was not taken while another was. */
export type UpstreamRefusal = {
  readonly offerId: string;
  readonly specId: string;
  /** Its place among the items of a split order; null where it is no such item. */
  readonly index: number | null;
  readonly code: string;
  readonly message: string;
};

type Why = { readonly code: string; readonly message: string };

/**
 * How a call ended (catalogue B.2, B.3; field sections 1 and 13). `rejected`: not made, for a reason of
 * the goods. `surfaced`: not made, for a reason that is not known here. `later`: it had no effect and
 * may be sent again. `failed`: it had none, and would have none again. `unknown`: it may have had one.
 */
export type CrateOutcome =
  | {
      readonly kind: 'created';
      readonly orders: readonly UpstreamOrder[];
      /** Several orders at once, one item each; refused ones included. */
      readonly items: number;
      readonly refused: readonly UpstreamRefusal[];
      readonly totalFen: Fen | null;
      readonly postFeeFen: Fen | null;
      readonly traceId: string;
    }
  | ({ readonly kind: 'rejected' | 'surfaced' | 'failed' } & Why)
  | Unanswered;

type Unanswered =
  | ({ readonly kind: 'unknown' } & Why)
  | ({ readonly kind: 'later'; readonly afterMs: number | null } & Why)
  /** Not sent, or refused before it was looked at: the application waits so long, and no try of the order is used up. */
  | ({ readonly kind: 'withheld'; readonly afterMs: number } & Why);

/** Business errors that say what is wrong with the goods: it stays wrong (document, field N7). */
const ABOUT_GOODS: readonly string[] = ['SPEC_NO_EXIST', '500_004', '500_005', '500_006'];

const TEXT_MAX = 200;
const FORM = 'application/x-www-form-urlencoded;charset=utf-8';

const OUTCOMES = [
  'created',
  'rejected',
  'surfaced',
  'failed',
  'unknown',
  'later',
  'withheld',
] as const;
const calls = counter(METRIC.outboundCalls, 'Calls to distribution gateways, by how they ended', [
  'method',
  'outcome',
]);

const clockDifference = gauge(
  METRIC.upstreamClock,
  'How far the clock of a gateway is ahead of ours, by its answers, seconds',
  ['host'],
);

/**
 * Whole seconds that a gateway's clock is ahead of ours, by the `Date` of its answer; null where it has
 * none. Requests carry a time, and five minutes off they are refused (field section 1).
 */
export function secondsAhead(date: string | string[] | undefined, now: Date): number | null {
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(theirs) ? null : Math.round((theirs - now.getTime()) / 1_000);
}

/**
 * Sends one distribution order. `requestData` is signed and sent as it is; time and signature are new for
 * each call. It repeats nothing.
 */
export async function crateOrder(
  deps: FenxiaoDeps,
  access: FenxiaoAccess,
  requestData: string,
): Promise<CrateOutcome> {
  const method = 'fenxiao.trade.crate';
  for (const outcome of OUTCOMES) calls.inc({ method, outcome }, 0);
  const said = await withSpan(method, {}, async () => {
    const answer = await post(deps, access, CRATE_PATH, requestData);
    return 'kind' in answer ? answer : readAnswer(answer, access);
  });
  calls.inc({ method, outcome: said.kind });
  return said;
}

/** Asks the list of orders for an order by our own number. */
export async function lookUpOrder(
  deps: FenxiaoDeps,
  access: FenxiaoAccess,
  outOrderId: string,
): Promise<Looked> {
  return await withSpan('fenxiao.trade.lookup', {}, async () => {
    const answer = await post(deps, access, access.lookupPath, encodeLookup(outOrderId));
    if ('kind' in answer) return { kind: 'failed', message: answer.message };
    if (answer.status === 200) return decodeLookupReply(answer.body);
    return { kind: 'failed', message: `HTTP ${answer.status}` };
  });
}

/** The form of a call, in the order of the document. */
export function fenxiaoForm(access: FenxiaoAccess, requestData: string, now: Date): string {
  const params: Record<string, string> = {
    appid: access.appId,
    timestamp: String(Math.floor(now.getTime() / 1_000)),
    seller_nick: access.sellerNick,
    request_data: requestData,
  };
  params['sign'] = signFw199({ params, secret: access.secret });
  return new URLSearchParams(params).toString();
}

/** The document has no rate: none is kept here, but for the pauses that a gateway asks for. */
const NO_RATE = 0;

async function post(
  deps: FenxiaoDeps,
  access: FenxiaoAccess,
  path: string,
  requestData: string,
): Promise<HttpResponse | Unanswered> {
  const { pauses } = deps;
  const application = `${access.appId}@${new URL(access.baseUrl).host}`;
  const afterMs = pauses.waitBefore(application, NO_RATE);
  if (afterMs > 0) return withheld(afterMs, 'RATE_LIMITED');
  const answer = await sent(deps, access, path, requestData);
  if ('kind' in answer) return answer;
  if (answer.status === 429) {
    return withheld(pauses.tooMany(application, retryAfterMs(answer)), `HTTP_${answer.status}`);
  }
  pauses.answered(application);
  return answer;
}

const withheld = (afterMs: number, code: string): Unanswered => ({
  kind: 'withheld',
  afterMs,
  code,
  message: '',
});

function retryAfterMs({ headers }: HttpResponse): number | null {
  const seconds = /^\d{1,5}$/.exec(String(headers['retry-after'] ?? ''))?.[0];
  return seconds === undefined ? null : Number(seconds) * 1_000;
}

async function sent(
  { http, clock }: FenxiaoDeps,
  access: FenxiaoAccess,
  path: string,
  requestData: string,
): Promise<HttpResponse | Unanswered> {
  try {
    const answer = await http.request({
      url: `${access.baseUrl}${path}`,
      method: 'POST',
      headers: { 'content-type': FORM },
      body: Buffer.from(fenxiaoForm(access, requestData, clock()), 'utf8'),
    });
    const ahead = secondsAhead(answer.headers['date'], clock());
    if (ahead !== null) clockDifference.set({ host: new URL(access.baseUrl).host }, ahead);
    return answer;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const why = { code: 'NO_ANSWER', message: error.message.slice(0, TEXT_MAX) };
    return error.outcome === 'unknown'
      ? { kind: 'unknown', ...why }
      : { kind: 'later', afterMs: null, ...why };
  }
}

/** What an answer says (field section 1: 408 says nothing, other 4xx have failed). */
function readAnswer({ status, body }: HttpResponse, access: FenxiaoAccess): CrateOutcome {
  const code = `HTTP_${status}`;
  const raw = body
    .subarray(0, 4 * TEXT_MAX)
    .toString('utf8')
    .slice(0, TEXT_MAX);
  if (status >= 400 && status < 500 && status !== 408)
    return { kind: 'failed', code, message: raw };
  if (status !== 200) return { kind: 'unknown', code, message: raw };
  return outcomeOf(body, access);
}

/** The verdict of an answer of HTTP 200. */
export function outcomeOf(
  body: Buffer,
  { retryCodes, failCodes }: Pick<FenxiaoAccess, 'retryCodes' | 'failCodes'>,
): CrateOutcome {
  const reply = decodeCrateReply(body);
  if ('raw' in reply) return { kind: 'unknown', code: 'UNREADABLE', message: reply.raw };
  const message = reply.message.slice(0, TEXT_MAX);
  const { data, code, traceId } = reply;
  if (code !== '0') {
    const why = { code: code || 'NO_CODE', message };
    // An order number beside a refusal is a doubt, whatever list the code is on.
    if (data && hasOrder(data)) return { kind: 'unknown', ...why };
    if (failCodes.includes(code)) return { kind: 'failed', ...why };
    if (retryCodes.includes(code)) return { kind: 'later', afterMs: null, ...why };
    return { kind: 'unknown', ...why };
  }
  if (!data) return { kind: 'unknown', code: 'NO_DATA', message };
  if (data.success === true) return created(data, traceId);
  const why = { code: data.code || 'NO_CODE', message: data.message.slice(0, TEXT_MAX) };
  // Re-sourcing an order that is there would ship it twice.
  if (data.success === null || hasOrder(data)) return { kind: 'unknown', ...why };
  return { kind: ABOUT_GOODS.includes(data.code) ? 'rejected' : 'surfaced', ...why };
}

const hasOrder = ({ orderId, orders }: CrateAnswer): boolean =>
  orderId !== '' || orders.some((item) => item.orderId !== '');

function created(data: CrateAnswer, traceId: string): CrateOutcome {
  const single = data.orderId === '' ? [] : [singleOf(data)];
  const made = data.orders.filter(isMade);
  const others = made.filter(({ orderId }) => orderId !== data.orderId);
  const orders = [...single, ...others.map(orderOf)];
  const refused = [
    ...data.orders.flatMap((item, index) =>
      item.success === false ? [refusalOf(item, index)] : [],
    ),
    ...data.failed.map((item) => refusalOf(item, null)),
  ];
  const doubtful = data.orders.some((item) => !isMade(item) && item.success !== false);
  if (doubtful || orders.length === 0) {
    return { kind: 'unknown', code: 'NO_ORDER', message: 'success without an order' };
  }
  const items = data.orders.length;
  const totalFen = data.totalFen ?? sumOf(orders.map(({ amountFen }) => amountFen));
  const postFeeFen = data.postFeeFen ?? sumOf(orders.map((order) => order.postFeeFen));
  return { kind: 'created', orders, items, refused, totalFen, postFeeFen, traceId };
}

/** An id and no refusal: the official sample's items have no verdict of their own. */
const isMade = ({ orderId, success }: CrateItem): boolean => orderId !== '' && success !== false;

const singleOf = ({ orderId, totalFen, postFeeFen }: CrateAnswer): UpstreamOrder => ({
  orderId,
  amountFen: totalFen,
  postFeeFen,
});

const orderOf = ({ orderId, amountFen, postFeeFen }: CrateItem): UpstreamOrder => ({
  orderId,
  amountFen,
  postFeeFen,
});

const refusalOf = (item: CrateItem, index: number | null): UpstreamRefusal => ({
  offerId: item.offerId,
  specId: item.specId,
  index,
  code: item.code,
  message: item.message.slice(0, TEXT_MAX),
});

/** Null where one of them is not known: a sum of the others would be too little. */
const sumOf = (amounts: readonly (Fen | null)[]): Fen | null =>
  amounts.reduce<Fen | null>(
    (sum, amount) => (sum === null || amount === null ? null : sum + amount),
    0n,
  );
