import { NotNow, TRY_AGAIN, bodyOf, pathOf } from '@astrolabe/door';
import type { Answered, Protocol, Told } from '@astrolabe/door';
import { GrpcCallError } from '@astrolabe/grpc';
import { err, invariant, ok } from '@astrolabe/kernel';
import {
  TOKEN_EXPIRED,
  accessTokenOf,
  decodeGovParams,
  decodeGovStockRequest,
  decodeGovTokenRequest,
  encodeGovReply,
  encodeGovStockReply,
  encodeGovTokenGrant,
} from '@astrolabe/schemas/govmall';
import type { ChannelRefusal, XmlNode as WireNode } from '@astrolabe/schemas/wire';
import type { Logger } from '@astrolabe/service';
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

/** Nothing was decided; the mall asks again. */
const BUSY = failure('系统繁忙，请稍后重试');

/** What was not answered by an interface, in the mall's own form: `success` false, one line of JSON. */
function asFailure({ code, message }: ChannelRefusal): string {
  if (code === TRY_AGAIN.code) return BUSY;
  return failure(code === 'isv.method-not-allowed' ? '只支持 POST 请求' : message);
}

type Call = { readonly path: string; readonly params: WireNode };

const said = (verdict: string, body: string): Told => ({ verdict, type: JSON_TYPE, body });

/**
 * The mall's calls. Whatever the outcome, HTTP says 200 and `success` tells (document 004, 2.1). Each
 * interface has a path, and its own rule of who may call it.
 */
export function mallProtocol(deps: RouteDeps): Protocol<Call, string> {
  const interfaces = new Map([tokenInterface(deps), stockInterface(deps)]);
  return {
    channel: 'govmall',
    verdicts: ['GRANTED', 'REFUSED'],
    paths: [...interfaces.keys()],
    methods: ['POST'],
    read: (request) => {
      const params = decodeGovParams(request.headers['content-type'], bodyOf(request));
      if (!params.ok) return err(said('MALFORMED', failure(params.error.message)));
      return ok({ path: pathOf(request), params: params.value });
    },
    admit: (_call, request) => ok(request.ip),
    prepare: ({ path, params }, ip) => {
      const work = interfaces.get(path);
      invariant(work, 'every path of the mall has an interface');
      return ok({
        name: path,
        order: null,
        kept: null,
        run: () => unlessPeersAreAway(deps.logger, () => work(params, ip)),
        refuse: asFailure,
      });
    },
    say: (_call, verdict, body) => said(verdict, body),
    refuse: (_request, refusal) => ({ type: JSON_TYPE, body: asFailure(refusal) }),
  };
}

type Interface = (params: WireNode, ip: string) => Promise<Answered>;

const done = (verdict: string, body: string): Answered => ({ body, isDone: true, verdict });
const refused = (verdict: string, desc: string): Answered => ({
  body: failure(desc),
  isDone: false,
  verdict,
});

const tokenInterface = ({ grantToken }: RouteDeps): [string, Interface] => [
  PATHS.accessToken,
  async (params, ip) => {
    const decoded = decodeGovTokenRequest(params);
    if (!decoded.ok) return refused('MALFORMED', decoded.error.message);
    const granted = await grantToken(decoded.value, ip);
    return granted.ok
      ? done('GRANTED', encodeGovTokenGrant(granted.value))
      : refused(granted.error.kind, refusalText(granted.error, decoded.value.timestamp));
  },
];

const stockInterface = (deps: RouteDeps): [string, Interface] => [
  PATHS.stock,
  async (params) => {
    const caller = await deps.authorise(accessTokenOf(params));
    // Callers look for the word to ask for a new token, so an unknown token says it too.
    if (!caller.ok) {
      const unknown = caller.error === 'EXPIRED' ? '' : 'access_token invalid, ';
      return refused(caller.error, `${unknown}${TOKEN_EXPIRED}`);
    }
    const decoded = decodeGovStockRequest(params);
    if (!decoded.ok) return refused('MALFORMED', decoded.error.message);
    const { skus, area } = decoded.value;
    if (skus.length > deps.stockSkusMax) {
      return refused('MALFORMED', `sku 最多 ${deps.stockSkusMax} 个`);
    }
    const asked = { sellerId: caller.value.sellerId, areaId: area.countyId, skus };
    const stock = await deps.queryStock(asked);
    const rows = stock.map(({ sku, quantity }) => ({ sku, quantity, countyId: area.countyId }));
    return done('ANSWERED', encodeGovStockReply(area, rows));
  },
];

async function unlessPeersAreAway(
  logger: Logger,
  work: () => Promise<Answered>,
): Promise<Answered> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GrpcCallError)) throw error;
    logger.warn({ err: error }, 'a peer did not answer');
    throw new NotNow(TRY_AGAIN);
  }
}
