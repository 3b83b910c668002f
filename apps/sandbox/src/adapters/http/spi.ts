import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '@astrolabe/kernel';
import {
  notifyAccepted,
  notifyAllocation,
  notifyConsigned,
  notifyRefused,
} from '@astrolabe/schemas/omni';
import { topSpiBaseString, verifyTopSpi } from '@astrolabe/signing';
import { withoutSign } from '../../domain/exchanges.ts';
import type { ExchangeLog } from '../../domain/exchanges.ts';
import type { Seller } from '../../domain/seller.ts';
import { wrongSignature } from '../../domain/wrong-signature.ts';
import type { Isv } from './isv.ts';
import type { Pos } from './pos.ts';

/** What one call of the platform gets instead of its answer. `lost` and `late` are heard all the same. */
export type SpiFault =
  | { readonly kind: 'lost' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'status'; readonly status: number };

/** By seller, one fault for each of the next calls. */
export type SpiFaults = Map<string, SpiFault[]>;

export type SpiDeps = {
  faults: SpiFaults;
  pos: Pos;
  isv: Isv;
  sellers: ReadonlyMap<string, Seller>;
  clock: Clock;
  ticks: () => number;
  log: ExchangeLog;
};

/** What the ISV that allocates is told; it needs no more than to be shown (models B and D). */
const NOTICES: readonly string[] = [notifyAccepted, notifyRefused, notifyConsigned].map(
  ({ method }) => method,
);

const refuse = (code: string, message: string): string =>
  notifyAllocation.encodeReply({ ok: false, code, message });

/** The POS's SPI address: it verifies the platform's signature before it believes anything. */
export function registerSpi(app: FastifyInstance, deps: SpiDeps): void {
  app.post('/spi', async (request, reply) => {
    const startedAt = deps.ticks();
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const query = queryOf(request);
    const fault = faultFor(deps, query);
    const isHeard = fault?.kind !== 'status';
    const response = isHeard ? answer(deps, request, query, body) : '';
    deps.log.add({
      at: deps.clock().toISOString(),
      party: deps.isv.hears(query['method'] ?? '') ? 'isv' : 'pos',
      direction: 'from-platform',
      method: query['method'] ?? '',
      request: `POST ${withoutSign(request.url)}\n${body.toString('utf8')}`,
      response: fault ? `(${fault.kind}) ${response}` : response,
      tookMs: Math.round(deps.ticks() - startedAt),
    });
    if (fault?.kind === 'late') await delay(fault.ms, undefined, { ref: false });
    if (fault?.kind === 'status') return await reply.code(fault.status).send('');
    if (fault) {
      request.raw.socket.destroy();
      return reply.hijack();
    }
    return await reply.type('application/json;charset=utf-8').send(response);
  });
}

function faultFor({ faults, sellers }: SpiDeps, query: Record<string, string>): SpiFault | null {
  const seller = [...sellers.values()].find(({ spi }) => spi.appKey === query['app_key']);
  return faults.get(seller?.sellerId ?? '')?.shift() ?? null;
}

function answer(
  { pos, isv, sellers, ticks }: SpiDeps,
  request: FastifyRequest,
  query: Record<string, string>,
  body: Buffer,
): string {
  const seller = [...sellers.values()].find(({ spi }) => spi.appKey === query['app_key']);
  if (!seller) return refuse('isv.invalid-app-key', 'unknown app_key');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
  );
  const secrets = [seller.spi.secret];
  if (!verifyTopSpi({ headers, query, payload: { kind: 'body', body }, secrets })) {
    const text = wrongSignature('the signature does not verify', topSpiBaseString(query, body));
    return refuse('isv.invalid-signature', text);
  }
  const method = query['method'] ?? '';
  if (NOTICES.includes(method)) {
    return notifyAccepted.encodeReply({ ok: true, message: '', value: {} });
  }
  if (isv.hears(method)) return isv.hear(seller, method, body);
  if (method !== notifyAllocation.method) {
    return refuse('isv.invalid-method', 'only allocations and store notices are heard here');
  }
  return pos.hear(seller, body, ticks());
}

function queryOf(request: FastifyRequest): Record<string, string> {
  const question = request.url.indexOf('?');
  return question < 0
    ? {}
    : Object.fromEntries(new URLSearchParams(request.url.slice(question + 1)));
}
