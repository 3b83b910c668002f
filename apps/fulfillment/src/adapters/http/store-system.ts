import { HttpFailure, HttpTimeout } from '@astrolabe/http';
import type { HttpClient } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { formatShanghai } from '@astrolabe/kernel';
import { notifyAllocation } from '@astrolabe/schemas';
import { signTopSpi } from '@astrolabe/signing';
import { contextFromTraceparent, orderTrace, withSpan } from '@astrolabe/telemetry';
import type { Connection, StoreSystem } from '../../application/ports.ts';
import type { Fulfilment } from '../../domain/fulfilment.ts';
import type { Try } from '../../domain/notify.ts';

/**
 * Calls the SPI `taobao.qimen.omniorder.allocatedinfo.sync` of a seller's store system (white paper
 * 3.3; the fields are those of 6.6.2), signed as TOP signs its calls to an SPI.
 */
export function createStoreSystem(http: HttpClient, clock: Clock): StoreSystem {
  return {
    tell: async (connection, fulfilment, allocation) => {
      const trace = orderTrace(fulfilment.sellerId, fulfilment.tradeId);
      const parent = contextFromTraceparent(trace.traceparent);
      return await withSpan(notifyAllocation.method, { parent }, () =>
        call(http, clock, connection, encode(fulfilment, allocation)),
      );
    },
  };
}

function encode(fulfilment: Fulfilment, allocation: number): string {
  const tasks = fulfilment.tasks.filter((task) => task.allocation === allocation);
  return notifyAllocation.encodeRequest({
    tradeId: fulfilment.tradeId,
    status: 'ALLOCATED',
    allocations: tasks.flatMap((task) =>
      task.place
        ? [
            {
              place: task.place,
              ...(task.placeName === '' ? {} : { placeName: task.placeName }),
              tradeId: fulfilment.tradeId,
              subOrderId: task.subOrderId,
              status: 'ALLOCATED' as const,
            },
          ]
        : [],
    ),
  });
}

async function call(
  http: HttpClient,
  clock: Clock,
  { spiUrl, appKey, secret }: Connection,
  json: string,
): Promise<Try> {
  const body = Buffer.from(json, 'utf8');
  const query: Record<string, string> = {
    method: notifyAllocation.method,
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
    const reply = notifyAllocation.decodeReply(answer);
    if (!reply.ok) return { kind: 'unknown', error: `answer not understood: ${reply.error}` };
    return reply.value.ok
      ? { kind: 'delivered' }
      : { kind: 'refused', error: `${reply.value.code} ${reply.value.message}`.slice(0, 200) };
  } catch (error) {
    if (error instanceof HttpTimeout) return { kind: 'unknown', error: 'no answer in time' };
    if (error instanceof HttpFailure) return { kind: 'unknown', error: error.message };
    throw error;
  }
}
