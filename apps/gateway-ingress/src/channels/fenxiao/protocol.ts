import { createHash } from 'node:crypto';
import { NotNow, bodyOf, refusalOfPeer, isTransient, timeLeft, typeOf } from '@astrolabe/door';
import type { Protocol, TimeLeft, Told } from '@astrolabe/door';
import type { OrderObstacle } from '@astrolabe/contracts/order';
import { distributionOrder, err, ok } from '@astrolabe/kernel';
import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { createBriefAnswers } from '@astrolabe/service';
import type { BriefAnswers } from '@astrolabe/service';
import { CRATE_PATH, decodeCrate, encodeCrate, encodeCrateReply } from '@astrolabe/schemas/fenxiao';
import type { ReadCrate } from '@astrolabe/schemas/fenxiao';
import { parseForm } from '@astrolabe/schemas/top';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import { verifyFw199, withinWindow } from '@astrolabe/signing';
import type { FastifyRequest } from 'fastify';
import type { Admission, Refused } from '../../application/admit.ts';
import type { AppKey, TradeInbox } from '../../application/ports.ts';
import { ADMISSION_VERDICTS, costOf } from '../admission.ts';
import type { Peers } from '../peers.ts';
import { readOrder } from './orders.ts';
import type { EncodeSeen } from '../encode-seen.ts';

const JSON_TYPE = 'application/json;charset=utf-8';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const TOPIC = 'trade.crate';
/** Sellers of one application whose names are asked for. */
const SELLERS_ASKED_MAX = 20;
/** How long a name that was changed may still count, and names that are kept. */
const NICK_FRESH_MS = 5_000;
const NICKS_MAX = 1_000;

/**
 * Codes of the gateway (docs/adr of the channel). The document has 1001 alone, by example; the others are
 * ours. What refuses the order itself has code 0 and a verdict in `data`.
 */
const CODES = {
  signature: [1001, '签名错误'],
  parameter: [1002, '参数错误'],
  timestamp: [1003, '时间戳超出范围'],
  appId: [1004, 'appid不存在'],
  sellerNick: [1005, 'seller_nick未授权'],
  duplicate: [1006, 'outOrderId已存在且内容不同'],
  tooMany: [1007, '调用过于频繁'],
  notNow: [1009, '系统繁忙，请稍后重试'],
} as const;

const AT_THE_DOOR: Readonly<Record<Refused, keyof typeof CODES>> = {
  UNKNOWN_APP_KEY: 'appId',
  RATE_EXCEEDED: 'tooMany',
  STALE_TIMESTAMP: 'timestamp',
  BAD_SIGNATURE: 'signature',
  MISSING_SESSION: 'sellerNick',
  INVALID_SESSION: 'sellerNick',
  SELLER_NOT_ALLOWED: 'sellerNick',
};

/** Obstacles that the channel has a word of its own for. */
const IN_ITS_WORDS = new Map([
  ['UNKNOWN_SPEC', 'SPEC_NO_EXIST'],
  ['OUT_OF_STOCK', '500_004'],
]);

export type FenxiaoDeps = {
  readonly admission: Pick<Admission, 'admit'>;
  readonly peers: Pick<Peers, 'catalog' | 'distribution'>;
  readonly trades: TradeInbox;
  readonly encode: EncodeSeen;
  readonly clock: Clock;
  readonly ticks: () => number;
  /** How far a timestamp may be from our clock, milliseconds. */
  readonly windowMs: number;
};

type Call = {
  readonly params: ReadonlyMap<string, string>;
  readonly appId: string;
  readonly sellerNick: string;
  readonly requestData: string;
  readonly timestamp: Date;
  readonly left: TimeLeft;
};

type Caller = { readonly sellerId: string };

const json = (verdict: string, body: string): Told => ({ verdict, type: JSON_TYPE, body });

function gatewayError(name: keyof typeof CODES, detail = ''): string {
  const [code, text] = CODES[name];
  return encodeCrateReply({
    kind: 'refused',
    code,
    message: detail === '' ? text : `${text}: ${detail}`,
  });
}

const refusedAtDoor = (why: Refused) => err(json(why, gatewayError(AT_THE_DOOR[why])));

const malformed = (detail: string) => err(json('MALFORMED', gatewayError('parameter', detail)));

/**
 * Distribution orders of sellers' systems (document 001): a signed form of five fields, answered in JSON.
 * Success is answered when the order is durable with us; the same order again is answered the same.
 */
export function fenxiaoProtocol(deps: FenxiaoDeps): Protocol<Call, Caller> {
  const nicks = nicksOf(deps);
  return {
    channel: 'fenxiao',
    verdicts: [...ADMISSION_VERDICTS, 'REJECTED'],
    paths: [CRATE_PATH],
    methods: ['POST'],
    read: (request) => readCall(request, deps.ticks),
    admit: (call, request) => admit(deps, nicks, call, request),
    prepare: ({ requestData, sellerNick, left }, { sellerId }) => {
      const read = decodeCrate(requestData);
      if (!read.ok) return malformed(read.error);
      const order = distributionOrder(sellerId, read.value.request.outOrderId);
      return ok({
        name: TOPIC,
        order,
        isFirst: async () => !(await deps.trades.isKnown(order)),
        // The order is recognised by its number and content, whatever its time and signature.
        kept: null,
        run: () => place(deps, { order, read: read.value, sellerNick, left }),
        refuse: (refusal) => gatewayError('notNow', refusal.code),
      });
    },
    say: (_call, verdict, body) => json(verdict, body),
    refuse: (_request, refusal) => ({ type: JSON_TYPE, body: transportError(refusal) }),
  };
}

/** What no step has answered, as the gateway's trouble. */
const transportError = ({ code, message }: ChannelRefusal): string =>
  gatewayError(code.startsWith('isp.') ? 'notNow' : 'parameter', message);

function readCall(request: FastifyRequest, ticks: () => number): Result<Call, Told> {
  if (typeOf(request) !== FORM_TYPE) {
    return err(json('WRONG_CONTENT_TYPE', gatewayError('parameter', `send ${FORM_TYPE}`)));
  }
  const form = parseForm(bodyOf(request));
  if (!form.ok) return malformed(form.error);
  const params = form.value;
  const [appId = '', sellerNick = '', requestData = '', seconds = ''] = [
    'appid',
    'seller_nick',
    'request_data',
    'timestamp',
  ].map((name) => params.get(name));
  for (const name of ['appid', 'seller_nick', 'request_data', 'timestamp', 'sign']) {
    if (!params.get(name)) return malformed(`${name} is required`);
  }
  if (!/^\d{10}$/.test(seconds)) return malformed('timestamp must be seconds, ten digits');
  const timestamp = new Date(Number(seconds) * 1_000);
  return ok({ params, appId, sellerNick, requestData, timestamp, left: timeLeft(ticks) });
}

async function admit(
  deps: FenxiaoDeps,
  nicks: Nicks,
  call: Call,
  request: FastifyRequest,
): Promise<Result<Caller, Told>> {
  const { appId, timestamp, params } = call;
  if (!withinWindow(timestamp, deps.clock(), deps.windowMs)) {
    return refusedAtDoor('STALE_TIMESTAMP');
  }
  const admitted = await deps.admission.admit({
    appKey: appId,
    timestamp,
    ...costOf(request),
    verify: ({ secrets }) => verifyFw199({ params: Object.fromEntries(params), secrets }),
  });
  if (!admitted.ok) return refusedAtDoor(admitted.error);
  const sellerId = await sellerOf(nicks, admitted.value, call);
  return sellerId === null ? refusedAtDoor('SELLER_NOT_ALLOWED') : ok({ sellerId });
}

type Nicks = BriefAnswers<{ readonly sellerId: string; readonly left: TimeLeft }, string | null>;

/** Names of sellers; every order is signed with one. */
const nicksOf = ({ peers, ticks }: FenxiaoDeps): Nicks =>
  createBriefAnswers({
    keyOf: ({ sellerId }) => sellerId,
    freshMs: NICK_FRESH_MS,
    now: ticks,
    most: NICKS_MAX,
    read: async ({ sellerId, left }) => {
      const { seller } = await peers.catalog.call('getSeller', { sellerId }, left());
      return seller?.nick ?? null;
    },
  });

/** The seller of the key whose number or name is `seller_nick`; null when it is none of them. */
async function sellerOf(
  nicks: Nicks,
  { role, sellerIds }: AppKey,
  { sellerNick, left }: Call,
): Promise<string | null> {
  // A platform pushes, and places no orders.
  if (role === 'tmall') return null;
  if (sellerIds.includes(sellerNick)) return sellerNick;
  for (const sellerId of sellerIds.slice(0, SELLERS_ASKED_MAX)) {
    if ((await nicks.of({ sellerId, left })) === sellerNick) return sellerId;
  }
  return null;
}

type Placing = {
  readonly order: OrderRef;
  readonly read: ReadCrate;
  readonly sellerNick: string;
  readonly left: TimeLeft;
};

async function place(
  deps: FenxiaoDeps,
  { order, read, sellerNick, left }: Placing,
): Promise<{ body: string; isDone: boolean; verdict?: string }> {
  const { request } = read;
  const document = encodeCrate(request);
  const lines = request.lines.map((line) => ({
    offerId: line.offerId,
    specId: line.specId ?? '',
    quantityMilli: line.quantityMilli,
    salesChannel: line.salesChannel,
    outShopCode: line.outShopCode,
    outItemCode: line.outItemCode,
  }));
  try {
    const asked = { orderRef: order, lines, document };
    const placed = await deps.peers.distribution.call('submitOrder', asked, left());
    if (placed.obstacle) return { ...verdictOf(placed.obstacle), isDone: true };
    const at = deps.clock();
    const seen = readOrder(order, read, placed, { sellerNick, at });
    const digest = createHash('sha256').update(document).digest('base64url');
    const rawBody = Buffer.from(document, 'utf8');
    const message = { topic: TOPIC, digest, modifiedAt: at, rawBody };
    await deps.trades.take(order, message, deps.encode(seen));
    const body = encodeCrateReply({ kind: 'created', orders: placed.orders });
    return { body, isDone: true };
  } catch (error) {
    const refusal = refusalOfPeer(error);
    if (isTransient(refusal)) throw new NotNow(refusal);
    const name = refusal.code === 'DUPLICATE_CONFLICT' ? 'duplicate' : 'parameter';
    return { body: gatewayError(name, refusal.message), isDone: true, verdict: 'REJECTED' };
  }
}

/** A verdict against the order: the gateway worked, so its code is 0. */
function verdictOf({ code, message }: OrderObstacle): { body: string; verdict: string } {
  const word = IN_ITS_WORDS.get(code) ?? code;
  return { body: encodeCrateReply({ kind: 'rejected', code: word, message }), verdict: 'REJECTED' };
}
