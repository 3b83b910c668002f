import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import {
  TMALL_TOPICS,
  decodeTmallPush,
  encodeTmallReply,
  parseTopTimestamp,
} from '@astrolabe/schemas';
import type { ChannelRefusal, ReadTmallPush } from '@astrolabe/schemas';
import { verifyTopSpi } from '@astrolabe/signing';
import { withOrderSpan } from '@astrolabe/telemetry';
import { mayActFor } from '../../application/admit.ts';
import type { Refused } from '../../application/admit.ts';
import type { TradeInbox } from '../../application/ports.ts';
import { bodyOf, bothForms, callerTrace, costOf, queryOf, tell, typeOf } from '../door.ts';
import type { Door, Told, Verdict } from '../door.ts';
import { refusedInWords } from '../refusals.ts';

export const TMALL_PATH = '/tmall/push';
export const JSON_TYPE = 'application/json;charset=utf-8';

/** The event that tells a push to the other services. */
export type EncodePush = (
  read: ReadTmallPush,
  inboundId: string,
) => { type: string; payload: Uint8Array };

/** A refusal in the form of an SPI. */
export const spiError = ({ code, message }: ChannelRefusal): string =>
  encodeTmallReply({ code, message });

/**
 * Trade messages of Tmall (docs/adr/0002): TOP SPI signature, JSON body. Code "0" is answered once
 * the message and its event are durable; whether Kafka is there does not matter.
 */
export function registerTmall(
  app: FastifyInstance,
  deps: { door: Pick<Door, 'admit'>; trades: TradeInbox; encode: EncodePush; clock: Clock },
): void {
  const push = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const startTime = deps.clock().getTime();
    if (typeOf(request) !== 'application/json') {
      const refusal = {
        code: 'isv.invalid-content-type',
        message: 'the body must be application/json',
      };
      return await tell(reply, 'tmall', json('WRONG_CONTENT_TYPE', spiError(refusal)));
    }
    return await tell(reply, 'tmall', await answer(deps, request, startTime));
  };
  for (const path of bothForms(TMALL_PATH)) app.post(path, push);
}

const json = (verdict: Verdict, body: string): Told => ({ verdict, type: JSON_TYPE, body });

const refused = (why: Refused): Told => json(why, spiError(refusedInWords(why)));

async function answer(
  deps: { door: Pick<Door, 'admit'>; trades: TradeInbox; encode: EncodePush },
  request: FastifyRequest,
  startTime: number,
): Promise<Told> {
  const query = queryOf(request);
  const body = bodyOf(request);
  const params = new Map(query);
  const timestamp = parseTopTimestamp(params.get('timestamp') ?? '');
  if (!timestamp.ok) return refused('STALE_TIMESTAMP');
  const appKey = params.get('app_key') ?? '';
  const admitted = await deps.door.admit({
    appKey,
    timestamp: timestamp.value,
    ...costOf(request),
    verify: (key) =>
      verifyTopSpi({
        headers: headersOf(request),
        query,
        payload: { kind: 'body', body },
        secrets: key.secrets,
      }),
  });
  if (!admitted.ok) return refused(admitted.error);
  const read = decodeTmallPush(body);
  if (!read.ok) return json('MALFORMED', spiError(read.error));
  const { push } = read.value;
  const { sellerId } = push.trade;
  const order = tmallOrder(sellerId, push.trade.tradeId);
  if (!mayActFor(admitted.value, sellerId, 'tmall')) return refused('SELLER_NOT_ALLOWED');
  const inboundId = `${appKey}:${(params.get('sign') ?? '').toUpperCase()}`;
  const isFirst = push.topic === TMALL_TOPICS.buyerPaid && !(await deps.trades.isKnown(order));
  const link = callerTrace(request);
  await withOrderSpan(
    order,
    { name: push.topic, isFirst, startTime, ...(link ? { link } : {}) },
    () => take(deps, order, read.value, { rawBody: body, inboundId }),
  );
  return json('ANSWERED', encodeTmallReply({ code: '0', message: '' }));
}

async function take(
  { trades, encode }: { trades: TradeInbox; encode: EncodePush },
  order: OrderRef,
  read: ReadTmallPush,
  { rawBody, inboundId }: { rawBody: Buffer; inboundId: string },
): Promise<void> {
  const { push } = read;
  const modifiedAt = push.trade.modifiedAt ?? push.publishedAt;
  const digest = createHash('sha256').update(rawBody).digest('base64url');
  await trades.take(
    order,
    { topic: push.topic, digest, modifiedAt, rawBody },
    encode(read, inboundId),
  );
}

const headersOf = (request: FastifyRequest): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  );
