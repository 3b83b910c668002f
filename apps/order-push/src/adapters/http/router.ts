import type { HttpClient } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import type { Failed } from '@astrolabe/outbound';
import { allocate, getAllocation } from '@astrolabe/schemas/omni';
import type { OmniSpi } from '@astrolabe/schemas/omni';
import type { ChannelReply } from '@astrolabe/schemas/wire';
import { createSpiClient, failedBy } from '@astrolabe/channel-client';
import type { SpiAnswer, SpiClient } from '@astrolabe/channel-client';
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
} from 'cockatiel';
import type { CircuitBreakerPolicy } from 'cockatiel';
import type { AllocatedLine, QueryAnswer, Router, Seller } from '../../application/ports.ts';

const ERROR_LENGTH_MAX = 200;
/** Calls in a row that got no answer until a seller's system is left alone for a while. */
const BREAK_AFTER = 5;
const HALF_OPEN_AFTER_MS = 15_000;
const BREAKERS_MAX = 1_000;

/**
 * Asks sellers' own routers: to allocate (white paper 6.6.1; L1612: a further call for an order is a
 * re-allocation), and for a result (6.6.3). A system that does not answer again and again is paused.
 */
export function createRouter(http: HttpClient, clock: Clock): Router {
  const spi = withBreakers(createSpiClient(http, clock));
  return {
    allocate: async (seller, { orderRef, order }) => {
      const { sellerId, number: tradeId } = orderRef;
      const nick = order?.sellerNick ? { sellerNick: order.sellerNick } : {};
      const json = allocate.encodeRequest({ tradeId, sellerId, ...nick });
      const answer = await ask(spi, seller, allocate, json);
      if (answer.kind !== 'answer') return answer;
      return { kind: 'succeeded', appKeys: (answer.value.appKeys ?? []).map((key) => key.trim()) };
    },
    query: async (seller, { orderRef }): Promise<QueryAnswer> => {
      const { number: tradeId } = orderRef;
      const json = getAllocation.encodeRequest({ tradeId });
      const answer = await ask(spi, seller, getAllocation, json);
      if (answer.kind !== 'answer') return answer;
      if (answer.value.tradeId !== tradeId) {
        return unanswered('', 'the answer is about another order');
      }
      const lines = answer.value.allocations.map(
        ({ subOrderId, place, status, description = '' }): AllocatedLine => ({
          subOrderId,
          place,
          status,
          description,
        }),
      );
      return { kind: 'result', lines };
    },
  };
}

type Asked<T> = { kind: 'answer'; value: T } | Failed;

const unanswered = (code: string, message: string): Failed => ({
  kind: 'unanswered',
  problem: { code, message },
});

async function ask<Request, Answer>(
  spi: (seller: Seller, method: string, json: string) => Promise<Called>,
  seller: Seller,
  { method, decodeReply }: OmniSpi<Request, Answer>,
  json: string,
): Promise<Asked<Answer>> {
  const answer = await spi(seller, method, json);
  if (answer.kind !== 'answered') return answer;
  const reply = decodeReply(answer.body);
  if (!reply.ok)
    return failedBy({ kind: 'unknown', error: `answer not understood: ${reply.error}` });
  const value: ChannelReply<Answer> = reply.value;
  if (value.ok) return { kind: 'answer', value: value.value };
  return unanswered(value.code, `${value.code} ${value.message}`.slice(0, ERROR_LENGTH_MAX));
}

type Called = Extract<SpiAnswer, { kind: 'answered' }> | Failed;

const PAUSED: Failed = {
  kind: 'withheld',
  problem: {
    code: 'PAUSED',
    message: 'the system did not answer again and again; paused',
  },
};

/** One breaker per connection: a seller whose system is down does not slow down the others. */
function withBreakers(spi: SpiClient) {
  const breakers = new Map<string, CircuitBreakerPolicy>();
  const unanswered = handleWhenResult((answer) => (answer as SpiAnswer).kind !== 'answered');
  const breakerOf = ({ sellerId, spiUrl }: Seller): CircuitBreakerPolicy => {
    const key = `${sellerId} ${spiUrl}`;
    const known = breakers.get(key);
    if (known) return known;
    const [oldest] = breakers.keys();
    if (breakers.size >= BREAKERS_MAX && oldest !== undefined) breakers.delete(oldest);
    const made = circuitBreaker(unanswered, {
      halfOpenAfter: HALF_OPEN_AFTER_MS,
      breaker: new ConsecutiveBreaker(BREAK_AFTER),
    });
    breakers.set(key, made);
    return made;
  };
  return async (seller: Seller, method: string, json: string): Promise<Called> => {
    const { spiUrl, spiAppKey: appKey, secret } = seller;
    try {
      const answer = await breakerOf(seller).execute(() =>
        spi.call({ spiUrl, appKey, secret }, method, json),
      );
      return answer.kind === 'answered' ? answer : failedBy(answer);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      return PAUSED;
    }
  };
}
