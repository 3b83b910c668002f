import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GrpcCallError } from '@astrolabe/grpc';
import type { ChannelError, TransportError } from '@astrolabe/http';
import {
  TOKEN_EXPIRED,
  accessTokenOf,
  decodeGovParams,
  decodeGovStockRequest,
  decodeGovTokenRequest,
  encodeGovReply,
  encodeGovStockReply,
  encodeGovTokenGrant,
} from '@astrolabe/schemas';
import type { XmlNode as WireNode } from '@astrolabe/schemas';
import type { Logger } from '@astrolabe/service';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { makeAuthorise } from '../../application/authorise.ts';
import type { GrantRefusal, makeGrantToken } from '../../application/grant-token.ts';
import type { makeQueryStock } from '../../application/query-stock.ts';

/** Paths of the public family; document 004 names none. */
export const PATHS = {
  accessToken: '/api/auth2/access_token',
  stock: '/api/product/stock',
} as const;

const JSON_TYPE = 'application/json; charset=utf-8';

export type RouteDeps = {
  grantToken: ReturnType<typeof makeGrantToken>;
  authorise: ReturnType<typeof makeAuthorise>;
  queryStock: ReturnType<typeof makeQueryStock>;
  stockSkusMax: number;
  logger: Logger;
};

const verdicts = counter(METRIC.inboundVerdicts, 'Requests by what became of them', [
  'channel',
  'verdict',
]);

const failure = (desc: string): string => encodeGovReply({ success: false, desc });

/** Why there is no token. `sent` is the caller's timestamp: it sees what came and what was due. */
function refusalText(refusal: GrantRefusal, sent: string): string {
  switch (refusal.kind) {
    case 'NOT_A_TIME':
      return 'timestamp 格式应为 yyyy-MM-dd HH:mm:ss 或 yyyyMMdd';
    case 'OUTSIDE':
      return `timestamp 与北京时间相差超过 10 分钟：收到 ${sent}，应为 ${refusal.due}`;
    case 'TOO_MANY_FAILURES':
      return '失败次数过多，请 5 分钟后再试';
    case 'BAD_CREDENTIALS':
      return '用户名、密码或签名错误';
  }
}

const UNAVAILABLE = 503;
/** Nothing was decided; the mall asks again. */
const BUSY = failure('系统繁忙，请稍后重试');

/**
 * What no route answers, in the mall's own form: `success` false, one line of JSON. What was not
 * decided has HTTP 200, as every answer to a call.
 */
export const mallError = (error: TransportError): ChannelError => {
  if (error.status === UNAVAILABLE) return { status: 200, contentType: JSON_TYPE, body: BUSY };
  const desc = error.code === 'METHOD_NOT_ALLOWED' ? '只支持 POST 请求' : error.message;
  return { status: error.status, contentType: JSON_TYPE, body: failure(desc) };
};

/** The mall's calls. Whatever the outcome, HTTP says 200 and `success` tells (document 004, 2.1). */
export function registerRoutes(app: FastifyInstance, deps: RouteDeps): void {
  app.post(PATHS.accessToken, (request, reply) =>
    answer(request, reply, deps, async (params) => {
      const decoded = decodeGovTokenRequest(params);
      if (!decoded.ok) return failure(decoded.error.message);
      const granted = await deps.grantToken(decoded.value, request.ip);
      verdicts.inc({ channel: 'govmall', verdict: granted.ok ? 'GRANTED' : granted.error.kind });
      return granted.ok
        ? encodeGovTokenGrant(granted.value)
        : failure(refusalText(granted.error, decoded.value.timestamp));
    }),
  );

  app.post(PATHS.stock, (request, reply) =>
    answer(request, reply, deps, async (params) => {
      const caller = await deps.authorise(accessTokenOf(params));
      // Callers look for the word to ask for a new token, so an unknown token says it too.
      if (!caller.ok) {
        return failure(
          caller.error === 'EXPIRED' ? TOKEN_EXPIRED : `access_token invalid, ${TOKEN_EXPIRED}`,
        );
      }
      const decoded = decodeGovStockRequest(params);
      if (!decoded.ok) return failure(decoded.error.message);
      const { skus, area } = decoded.value;
      if (skus.length > deps.stockSkusMax) return failure(`sku 最多 ${deps.stockSkusMax} 个`);
      const stock = await deps.queryStock({
        sellerId: caller.value.sellerId,
        areaId: area.countyId,
        skus,
      });
      return encodeGovStockReply(
        area,
        stock.map(({ sku, quantity }) => ({ sku, quantity, countyId: area.countyId })),
      );
    }),
  );
}

/** Reads the parameters, runs the call, and answers one line of JSON with status 200. */
async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: RouteDeps,
  run: (params: WireNode) => Promise<string>,
): Promise<FastifyReply> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const params = decodeGovParams(request.headers['content-type'], body);
  if (!params.ok) return await reply.type(JSON_TYPE).send(failure(params.error.message));
  try {
    return await reply.type(JSON_TYPE).send(await run(params.value));
  } catch (error) {
    if (!(error instanceof GrpcCallError)) throw error;
    deps.logger.warn({ err: error }, 'a peer did not answer');
    return await reply.type(JSON_TYPE).send(BUSY);
  }
}
