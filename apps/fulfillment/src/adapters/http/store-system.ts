import { HttpFailure, HttpTimeout } from '@astrolabe/http';
import type { HttpClient } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { formatShanghai } from '@astrolabe/kernel';
import {
  notifyAccepted,
  notifyAllocation,
  notifyConsigned,
  notifyRefused,
} from '@astrolabe/schemas';
import { signTopSpi } from '@astrolabe/signing';
import { METRIC, counter, withSpan } from '@astrolabe/telemetry';
import type { Connection, StoreSystem } from '../../application/ports.ts';
import type { Fulfilment, Notification } from '../../domain/fulfilment.ts';
import type { Try } from '../../domain/notify.ts';

const ERROR_LENGTH_MAX = 200;

const calls = counter(METRIC.outboundCalls, 'Calls to sellers, by how they ended', [
  'method',
  'outcome',
]);

/**
 * Calls the SPIs of a seller's store system, signed as TOP signs its calls to an SPI: the allocation
 * for a POS (white paper 3.3; the fields are those of 6.6.2), and what a store has done for an ISV
 * (6.6.5 to 6.6.7).
 */
export function createStoreSystem(http: HttpClient, clock: Clock): StoreSystem {
  return {
    tell: async (connection, fulfilment, intent) => {
      const { method, json } = messageOf(fulfilment, intent);
      const outcome = await withSpan(method, {}, () => call(http, clock, connection, method, json));
      calls.inc({ method, outcome: outcome.kind });
      return outcome;
    },
  };
}

function messageOf(
  fulfilment: Fulfilment,
  { kind, allocation }: Notification,
): { method: string; json: string } {
  const { sellerId, tradeId } = fulfilment;
  switch (kind) {
    case 'ALLOCATED': {
      const json = notifyAllocation.encodeRequest(allocationOf(fulfilment, allocation));
      return { method: notifyAllocation.method, json };
    }
    case 'ACCEPTED': {
      const json = notifyAccepted.encodeRequest({ tradeId, sellerId });
      return { method: notifyAccepted.method, json };
    }
    case 'REFUSED': {
      const json = notifyRefused.encodeRequest({ tradeId, sellerId });
      return { method: notifyRefused.method, json };
    }
    case 'CONSIGNED': {
      const json = notifyConsigned.encodeRequest({ tradeId, sellerId });
      return { method: notifyConsigned.method, json };
    }
  }
}

const allocationOf = ({ tradeId, tasks }: Fulfilment, allocation: number) => ({
  tradeId,
  status: 'ALLOCATED' as const,
  allocations: tasks.flatMap(({ allocation: given, place, placeName, subOrderId }) =>
    given === allocation && place
      ? [
          {
            place,
            ...(placeName === '' ? {} : { placeName }),
            tradeId,
            subOrderId,
            status: 'ALLOCATED' as const,
          },
        ]
      : [],
  ),
});

async function call(
  http: HttpClient,
  clock: Clock,
  { spiUrl, appKey, secret }: Connection,
  method: string,
  json: string,
): Promise<Try> {
  const body = Buffer.from(json, 'utf8');
  const query: Record<string, string> = {
    method,
    app_key: appKey,
    timestamp: formatShanghai(clock()),
    sign_method: 'md5',
  };
  query['sign'] = signTopSpi({ query, payload: { kind: 'body', body }, secret });
  try {
    const { status, body: answer } = await http.request({
      url: `${spiUrl}?${new URLSearchParams(query).toString()}`,
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body,
    });
    if (status !== 200) return { kind: 'unknown', error: `HTTP ${status}` };
    // All SPIs answer alike: a code and a message.
    const reply = notifyAllocation.decodeReply(answer);
    if (!reply.ok) return { kind: 'unknown', error: `answer not understood: ${reply.error}` };
    const { value } = reply;
    if (value.ok) return { kind: 'delivered' };
    return { kind: 'failed', error: `${value.code} ${value.message}`.slice(0, ERROR_LENGTH_MAX) };
  } catch (error) {
    if (error instanceof HttpTimeout) return { kind: 'unknown', error: 'no answer in time' };
    if (!(error instanceof HttpFailure)) throw error;
    return { kind: error.outcome === 'unknown' ? 'unknown' : 'failed', error: error.message };
  }
}
