import { hash } from 'node:crypto';
import { bodyOf, headersOf, queryOf, typeOf } from '@astrolabe/door';
import type { Protocol, Told } from '@astrolabe/door';
import { err, ok, tmallOrder } from '@astrolabe/kernel';
import type { OrderRef, Result } from '@astrolabe/kernel';
import { TMALL_TOPICS, decodeTmallPush, encodeTmallReply } from '@astrolabe/schemas/tmall';
import { parseTopTimestamp } from '@astrolabe/schemas/top';
import type { ReadTmallPush } from '@astrolabe/schemas/tmall';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import { verifyTopSpi } from '@astrolabe/signing';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { FastifyRequest } from 'fastify';
import { mayActFor } from '../../application/admit.ts';
import type { Admission, Refused } from '../../application/admit.ts';
import type { AppKey, TradeInbox } from '../../application/ports.ts';
import { ADMISSION_VERDICTS, costOf, refusedInWords } from '../admission.ts';
import type { EncodeSeen } from '../encode-seen.ts';
import { readOrder } from './orders.ts';

/** Where trade messages are pushed. */
export const TMALL_PATH = '/tmall/push';
const JSON_TYPE = 'application/json;charset=utf-8';

const unknownWords = counter(
  METRIC.inboundUnknownWords,
  'Messages with a word of their channel that is not known',
  ['channel', 'field'],
);

type Call = {
  readonly query: [string, string][];
  readonly body: Buffer;
  readonly appKey: string;
  readonly timestamp: Date;
};

export type TmallDeps = {
  readonly admission: Pick<Admission, 'admit'>;
  readonly trades: TradeInbox;
  readonly encode: EncodeSeen;
};

/** A refusal in the form of an SPI. */
const spiError = ({ code, message }: ChannelRefusal): string => encodeTmallReply({ code, message });

const json = (verdict: string, body: string): Told => ({ verdict, type: JSON_TYPE, body });

const refused = (why: Refused) => err(json(why, spiError(refusedInWords(why))));

const DONE = encodeTmallReply({ code: '0', message: '' });

/**
 * Trade messages of Tmall (docs/adr/0002): TOP SPI signature, JSON body. Code "0" is answered once
 * the message and its event are durable; whether Kafka is there does not matter.
 */
export const tmallProtocol = (deps: TmallDeps): Protocol<Call, AppKey> => ({
  channel: 'tmall',
  verdicts: ADMISSION_VERDICTS,
  paths: [TMALL_PATH],
  methods: ['POST'],
  read: readCall,
  admit: async ({ query, body, appKey, timestamp }, request) => {
    const admitted = await deps.admission.admit({
      appKey,
      timestamp,
      ...costOf(request),
      verify: ({ secrets }) =>
        verifyTopSpi({
          headers: headersOf(request),
          query,
          payload: { kind: 'body', body },
          secrets,
        }),
    });
    return admitted.ok ? admitted : refused(admitted.error);
  },
  prepare: ({ body }, key) => {
    const read = decodeTmallPush(body);
    if (!read.ok) return err(json('MALFORMED', spiError(read.error)));
    const { topic, trade } = read.value.push;
    if (!mayActFor(key, trade.sellerId, 'tmall')) return refused('SELLER_NOT_ALLOWED');
    const order = tmallOrder(trade.sellerId, trade.tradeId);
    return ok({
      name: topic,
      order,
      isFirst: async () => topic === TMALL_TOPICS.buyerPaid && !(await deps.trades.isKnown(order)),
      // A push is known by its own content, and kept with its trade.
      kept: null,
      run: async () => {
        await take(deps, order, read.value, body);
        return { body: DONE, isDone: true };
      },
      refuse: spiError,
    });
  },
  say: (_call, verdict, body) => json(verdict, body),
  refuse: (_request, refusal) => ({ type: JSON_TYPE, body: spiError(refusal) }),
});

function readCall(request: FastifyRequest): Result<Call, Told> {
  if (typeOf(request) !== 'application/json') {
    const message = 'the body must be application/json';
    const refusal = { code: 'isv.invalid-content-type', message };
    return err(json('WRONG_CONTENT_TYPE', spiError(refusal)));
  }
  const query = queryOf(request);
  const params = new Map(query);
  const timestamp = parseTopTimestamp(params.get('timestamp') ?? '');
  if (!timestamp.ok) return refused('STALE_TIMESTAMP');
  const appKey = params.get('app_key') ?? '';
  return ok({ query, body: bodyOf(request), appKey, timestamp: timestamp.value });
}

async function take(
  { trades, encode }: Pick<TmallDeps, 'trades' | 'encode'>,
  order: OrderRef,
  read: ReadTmallPush,
  rawBody: Buffer,
): Promise<void> {
  const { push } = read;
  const modifiedAt = push.trade.modifiedAt ?? push.publishedAt;
  const { seen, unknown } = readOrder(read);
  for (const field of unknown) unknownWords.inc({ channel: order.channel, field });
  const digest = hash('sha256', rawBody, 'base64url');
  await trades.take(order, { topic: push.topic, digest, modifiedAt, rawBody }, encode(seen));
}
