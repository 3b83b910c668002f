import { NotNow, TRY_AGAIN, bodyOf, parseMultipart, pathOf, queryOf } from '@astrolabe/door';
import type { Answered, Body, Protocol, Told } from '@astrolabe/door';
import { err, invariant, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import {
  TOKEN_EXPIRED,
  accessTokenOf,
  decodeGovParams,
  decodeGovTokenRequest,
  encodeGovTokenGrant,
  govBodyForm,
  govBodyRefusal,
  govFields,
  inFamilyNames,
  tellInOwnNames,
} from '@astrolabe/schemas/govmall';
import type { GovNames } from '@astrolabe/schemas/govmall';
import type { ChannelRefusal, XmlNode as WireNode } from '@astrolabe/schemas/wire';
import { leaf } from '@astrolabe/schemas/wire';
import type { Authorise } from '../../application/authorise.ts';
import type { GrantRefusal, makeGrantToken } from '../../application/grant-token.ts';
import type { Patience } from '../../application/patience.ts';
import { transportWords } from '../../domain/refusal-words.ts';
import type { MallTable } from './mall-tables.ts';
import { failure } from './row.ts';
import type { Row } from './row.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

export type RouteDeps = {
  readonly grantToken: ReturnType<typeof makeGrantToken>;
  readonly authorise: Authorise;
  readonly rows: readonly Row[];
  /** Where each mall has the interfaces, and its names of their fields. */
  readonly tables: readonly MallTable[];
  /** Asks peers again while the caller still waits. */
  readonly patience: Patience;
};

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
const asFailure = ({ code }: ChannelRefusal): string =>
  code === TRY_AGAIN.code ? BUSY : failure(transportWords(code));

type Request = Parameters<typeof bodyOf>[0];
type Call = { readonly found: Interface; readonly params: WireNode };

const said = (verdict: string, body: Body): Told<Body> => ({ verdict, type: JSON_TYPE, body });

const done = (verdict: string, body: Body): Answered<Body> => ({ body, isDone: true, verdict });

type Interface = { readonly name: string; readonly names: GovNames; readonly work: Work };
type Work = (params: WireNode, ip: string) => Promise<Answered<Body>>;

/**
 * The mall's calls. Every true answer has HTTP 200, and `success` tells (document 004, 2.1); what could not
 * be decided in time is 503, for the mall acts on each `success: false` (docs/adr/0069).
 */
export function mallProtocol(deps: RouteDeps): Protocol<Call, string, Body> {
  const interfaces = interfacesOf(deps);
  const interfaceAt = (path: string): Interface => {
    const found = interfaces.get(path);
    invariant(found, 'every path of a mall has an interface');
    return found;
  };
  return {
    channel: 'govmall',
    verdicts: [
      'GRANTED',
      'OUTSIDE',
      'NOT_A_TIME',
      'BAD_CREDENTIALS',
      'TOO_MANY_FAILURES',
      'REFUSED',
      'INVALID',
      'EXPIRED',
    ],
    paths: [...interfaces.keys()],
    methods: ['POST'],
    notNowStatus: 503,
    read: async (request) => {
      const found = interfaceAt(pathOf(request));
      const params = await paramsOf(request);
      if (!params.ok) return err(said('MALFORMED', failure(params.error.message)));
      const all = withQueryToken(inFamilyNames(params.value, found.names), request, found.names);
      return ok({ found, params: all });
    },
    admit: (_call, request) => ok(request.ip),
    prepare: ({ found, params }, ip) =>
      ok({
        name: `govmall.${found.name}`,
        order: null,
        kept: null,
        run: () => decided(deps.patience, () => found.work(params, ip)),
        refuse: asFailure,
      }),
    say: (_call, verdict, body) => said(verdict, body),
    refuse: (_request, refusal) => ({ type: JSON_TYPE, body: asFailure(refusal) }),
  };
}

/** By its path what is served there, for every mall. */
function interfacesOf(deps: RouteDeps): ReadonlyMap<string, Interface> {
  const works = new Map<string, (names: GovNames) => Work>([
    ['access-token', (names) => tokenWork(deps, names)],
    ...deps.rows.map((row) => [row.name, (names: GovNames) => rowWork(deps, row, names)] as const),
  ]);
  return new Map(
    deps.tables.flatMap(({ paths, names }) =>
      [...paths].map(([name, path]) => {
        const [own, work] = [names.get(name), works.get(name)];
        invariant(own && work, 'every interface has its names and its work');
        return [path, { name, names: own, work: work(own) }] as const;
      }),
    ),
  );
}

function tokenWork({ grantToken }: RouteDeps, names: GovNames): Work {
  return async (params, ip) => {
    const decoded = decodeGovTokenRequest(params);
    if (!decoded.ok) {
      return done('MALFORMED', failure(tellInOwnNames(decoded.error.message, names)));
    }
    const granted = await grantToken(decoded.value, ip);
    if (granted.ok) return done('GRANTED', encodeGovTokenGrant(granted.value, names));
    const desc = refusalText(granted.error, decoded.value.timestamp);
    return done(granted.error.kind, failure(tellInOwnNames(desc, names)));
  };
}

function rowWork({ authorise }: RouteDeps, row: Row, names: GovNames): Work {
  return async (params) => {
    const token = accessTokenOf(params);
    // What only reads begins while the token is looked at; nobody is told of it before that has ended well.
    const guess = row.isRead ? authorise.guess(token) : undefined;
    const early = guess && row.answer(params, guess, names);
    early?.catch(() => undefined);
    const caller = await authorise.confirm(token);
    // Callers look for the word to ask for a new token, so an unknown token says it too.
    if (!caller.ok) {
      const unknown = caller.error === 'EXPIRED' ? '' : 'access_token invalid, ';
      return done(caller.error, failure(`${unknown}${TOKEN_EXPIRED}`));
    }
    const isConfirmed = caller.value === guess;
    const told = (isConfirmed && early) || row.answer(params, caller.value, names);
    const { verdict, body } = await told;
    return done(verdict, body);
  };
}

/** Parameters as the body has them, whatever its content type says. */
async function paramsOf(request: Request): Promise<Result<WireNode, ChannelRefusal>> {
  const body = bodyOf(request);
  const type = request.headers['content-type'];
  if (govBodyForm(body) !== 'multipart') return decodeGovParams(type, body);
  const boundary = /^\s*--([^\r\n]+)\r?\n/.exec(body.subarray(0, 200).toString('latin1'))?.[1];
  const parts = await parseMultipart(`multipart/form-data; boundary=${boundary ?? ''}`, body);
  if (!parts.ok) return err(govBodyRefusal(parts.error));
  return govFields([...parts.value]);
}

/** A token in the query counts where the body has none. */
function withQueryToken(params: WireNode, request: Request, names: GovNames): WireNode {
  if (accessTokenOf(params) !== undefined) return params;
  const words = [names.get('access_token') ?? 'access_token', 'token'];
  const token = queryOf(request).find(([name]) => words.includes(name));
  if (!token) return params;
  return { ...params, children: [...params.children, leaf('access_token', token[1])] };
}

async function decided(
  patience: Patience,
  work: () => Promise<Answered<Body>>,
): Promise<Answered<Body>> {
  const outcome = await patience(work);
  if (!outcome.ok) throw new NotNow(TRY_AGAIN);
  return outcome.value;
}
