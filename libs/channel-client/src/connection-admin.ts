import type {
  ListedSellerConnection,
  PageRequest,
  SellerConnection,
} from '@astrolabe/contracts/common';
import { trafficToMessage } from '@astrolabe/contracts';
import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type {
  Clock,
  ConnectionPause,
  SellerConnections,
  Standing,
  TrafficLog,
} from '@astrolabe/kernel';
import { INNER_ADDRESS_DETAILS, spiUrlProblem } from './spi-url.ts';
import type { SpiUrlRule } from './spi-url.ts';

/** What we are called by, and what the seller has authorised us with; both empty where there is none. */
export type ConnectionSecrets = { readonly secret: string; readonly session: string };

/** One kind of connection as it is administered, whatever its settings are called where they are stored. */
export type ConnectionKind = {
  readonly kind: string;
  /** Makes its secret, which is shown once; null where the other side has made it. */
  readonly newSecret: (() => string) | null;
  /** Whether it takes a session. */
  readonly hasSession: boolean;
  /** Why a connection is refused; null where it is fine. */
  readonly wrongWith: (connection: SellerConnection) => string | null;
  readonly create: (connection: SellerConnection, secrets: ConnectionSecrets) => Promise<boolean>;
  readonly change: (connection: SellerConnection) => Promise<boolean>;
  readonly rotate: (sellerId: string, secrets: ConnectionSecrets) => Promise<boolean>;
  readonly setPause: (sellerId: string, pause: ConnectionPause | null) => Promise<boolean>;
  readonly list: (limit: number, after: string) => Promise<readonly ListedSellerConnection[]>;
  readonly listed: (sellerId: string) => Promise<ListedSellerConnection | null>;
};

type KindOf<C extends { readonly sellerId: string }, S extends keyof C> = Pick<
  ConnectionKind,
  'kind' | 'newSecret'
> & {
  readonly store: SellerConnections<C, S>;
  readonly hasSession?: boolean;
  readonly wrongWith?: ConnectionKind['wrongWith'];
  readonly stored: (connection: SellerConnection, secrets: ConnectionSecrets) => C;
  /** The secrets by their names in the store; one that is not given stays. */
  readonly secretsOf: (secrets: ConnectionSecrets) => Readonly<Partial<Pick<C, S>>>;
  readonly shown: (connection: Omit<C, S>) => Partial<SellerConnection>;
  /** After a connection was made, was changed, or is used again. */
  readonly usable?: (sellerId: string) => Promise<unknown>;
};

const NO_SECRETS: ConnectionSecrets = { secret: '', session: '' };
const NO_SETTINGS = {
  url: '',
  appKey: '',
  nick: '',
  lookupPath: '',
  retryCodes: [],
  failCodes: [],
  treatAsPaid: false,
};

/** A kind of connection over the store of its settings. */
export function connectionKind<C extends { readonly sellerId: string }, S extends keyof C>(
  of: KindOf<C, S>,
): ConnectionKind {
  const { kind, store, usable } = of;
  const listed = (found: Standing<Omit<C, S>>): ListedSellerConnection => {
    const { pause } = found;
    const { sellerId } = found as unknown as { readonly sellerId: string };
    return {
      connection: { ...NO_SETTINGS, ...of.shown(found), sellerId, kind },
      pause: pause ? { reason: pause.reason, pausedBy: pause.by, pausedAt: pause.at } : undefined,
      calls: undefined,
    };
  };
  const then = async (isDone: boolean, sellerId: string): Promise<boolean> => {
    if (isDone) await usable?.(sellerId);
    return isDone;
  };
  return {
    kind,
    newSecret: of.newSecret,
    hasSession: of.hasSession ?? false,
    wrongWith: of.wrongWith ?? (() => null),
    create: async (connection, secrets) =>
      await then(await store.create(of.stored(connection, secrets)), connection.sellerId),
    change: async (connection) =>
      await then(await store.change(of.stored(connection, NO_SECRETS)), connection.sellerId),
    rotate: async (sellerId, secrets) =>
      await then(await store.replaceSecrets(sellerId, of.secretsOf(secrets)), sellerId),
    setPause: async (sellerId, pause) => {
      const isDone = await store.setPause(sellerId, pause);
      return pause ? isDone : await then(isDone, sellerId);
    },
    list: async (limit, after) => (await store.list(limit, after)).map(listed),
    listed: async (sellerId) => {
      const found = await store.listed(sellerId);
      return found && listed(found);
    },
  };
}

export type ConnectionAdminDeps = {
  /** What is known of calls, by `kind/seller`. */
  readonly traffic: Pick<TrafficLog, 'of'>;
  readonly kinds: readonly ConnectionKind[];
  readonly urlRule: SpiUrlRule;
  readonly clock: Clock;
  /** Who has changed which connection, without its secrets. */
  readonly changed: (what: {
    readonly action: 'created' | 'changed' | 'rotated' | 'paused' | 'resumed';
    readonly kind: string;
    readonly sellerId: string;
    readonly person: string;
  }) => void;
};

const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;
const TEXT_MAX = 500;
const REASON_MAX = 200;
const PERSON_MAX = 100;
const CODES_MAX = 50;

const invalid = (reason: string, details = ''): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });
const notConnected = (): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.notFound, reason: 'NOT_CONNECTED' });

type Asked = { readonly kind: string; readonly sellerId: string; readonly askedBy: string };
type Secrets = { readonly secret: string; readonly session: string };
type Changing = {
  readonly connection?: SellerConnection | undefined;
  readonly askedBy: string;
};

const withPlainUrl = (connection: SellerConnection): SellerConnection => ({
  ...connection,
  url: connection.url.replace(/\/+$/, ''),
});

/**
 * What operators do about sellers' connections of some kinds, as the methods of a service of contracts. Refused with
 * UNKNOWN_KIND, MISSING_FIELD, TOO_LONG, BAD_URL, INNER_ADDRESS, or what the kind says.
 */
export function connectionAdmin(deps: ConnectionAdminDeps) {
  const { kinds, clock, changed } = deps;
  const kindNamed = (name: string): ConnectionKind => {
    const found = kinds.find(({ kind }) => kind === name);
    if (!found) throw invalid('UNKNOWN_KIND', kinds.map(({ kind }) => kind).join(', '));
    return found;
  };
  const done = (
    action: Parameters<ConnectionAdminDeps['changed']>[0]['action'],
    { kind, sellerId, askedBy }: Asked,
  ): void => changed({ action, kind, sellerId, person: askedBy });
  return {
    list: (asked: Listing) => listed(deps, kindNamed(asked.kind), asked),
    create: async ({
      connection,
      askedBy,
      ...given
    }: Secrets & Changing): Promise<{ secret: string }> => {
      const kind = kindNamed(connection?.kind ?? '');
      if (!connection) throw invalid('MISSING_FIELD');
      checkPerson(askedBy);
      await checkConnection(connection, kind, deps.urlRule);
      const secrets = secretsOf(kind, given, 'new');
      if (!(await kind.create(withPlainUrl(connection), secrets))) {
        throw new GrpcRefusal({ code: GRPC.alreadyExists, reason: 'CONNECTION_EXISTS' });
      }
      done('created', { ...connection, askedBy });
      return { secret: kind.newSecret ? secrets.secret : '' };
    },
    change: async ({ connection, askedBy }: Changing): Promise<object> => {
      const kind = kindNamed(connection?.kind ?? '');
      if (!connection) throw invalid('MISSING_FIELD');
      checkPerson(askedBy);
      await checkConnection(connection, kind, deps.urlRule);
      if (!(await kind.change(withPlainUrl(connection)))) throw notConnected();
      done('changed', { ...connection, askedBy });
      return {};
    },
    rotate: async (asked: Asked & Secrets): Promise<{ secret: string }> => {
      const kind = kindNamed(asked.kind);
      checkPerson(asked.askedBy);
      const secrets = secretsOf(kind, asked, 'rotated');
      if (!(await kind.rotate(asked.sellerId, secrets))) throw notConnected();
      done('rotated', asked);
      return { secret: kind.newSecret ? secrets.secret : '' };
    },
    setPaused: async (
      asked: Asked & { readonly paused: boolean; readonly reason: string },
    ): Promise<object> => {
      const kind = kindNamed(asked.kind);
      checkPerson(asked.askedBy);
      const { paused: isPaused, reason } = asked;
      if (isPaused && reason === '') throw invalid('MISSING_FIELD', 'reason');
      if (reason.length > REASON_MAX) throw invalid('TOO_LONG', 'reason');
      const pause = isPaused ? { reason, by: asked.askedBy, at: clock() } : null;
      if (!(await kind.setPause(asked.sellerId, pause))) throw notConnected();
      done(isPaused ? 'paused' : 'resumed', asked);
      return {};
    },
  };
}

type Listing = {
  readonly kind: string;
  readonly sellerId: string;
  readonly page?: PageRequest | undefined;
};
type Listed = { connections: ListedSellerConnection[]; nextToken: string };

/** Connections of a kind with what is known of their calls: that of one seller, or a page of all. */
async function listed(
  { traffic }: ConnectionAdminDeps,
  kind: ConnectionKind,
  { sellerId, page }: Listing,
): Promise<Listed> {
  const size = page?.size ?? 0;
  if (size < 0 || size > PAGE_MAX) throw invalid('INVALID_PAGE_SIZE');
  const limit = size || PAGE_DEFAULT;
  const one = sellerId === '' ? null : await kind.listed(sellerId);
  const found =
    sellerId === ''
      ? await kind.list(limit + 1, page?.token ?? '')
      : [one].filter((connection) => connection !== null);
  const shown = found.slice(0, limit);
  const sellers = shown.map(({ connection }) => connection?.sellerId ?? '');
  const known = await traffic.of(sellers.map((seller) => `${kind.kind}/${seller}`));
  const connections = shown.map((each, index) => ({
    ...each,
    calls: trafficToMessage(known[index]),
  }));
  return { connections, nextToken: found.length > limit ? (sellers.at(-1) ?? '') : '' };
}

function checkPerson(askedBy: string): void {
  if (askedBy === '') throw invalid('MISSING_FIELD', 'asked_by');
  if (askedBy.length > PERSON_MAX) throw invalid('TOO_LONG', 'asked_by');
}

async function checkConnection(
  connection: SellerConnection,
  kind: ConnectionKind,
  urlRule: SpiUrlRule,
): Promise<void> {
  const { sellerId, url, appKey, nick, lookupPath, retryCodes, failCodes } = connection;
  if (sellerId === '' || url === '' || appKey === '') throw invalid('MISSING_FIELD');
  const codes = [...retryCodes, ...failCodes];
  if ([sellerId, url, appKey, nick, lookupPath, ...codes].some((text) => text.length > TEXT_MAX)) {
    throw invalid('TOO_LONG');
  }
  if (codes.length > CODES_MAX) throw invalid('TOO_MANY_CODES');
  const wrong = kind.wrongWith(connection);
  if (wrong !== null) throw invalid(wrong);
  const problem = await spiUrlProblem(url, urlRule);
  if (problem) throw invalid(problem, problem === 'INNER_ADDRESS' ? INNER_ADDRESS_DETAILS : '');
}

/** The secrets to be kept: ours is made here, the others are given; a session may stay as it is. */
function secretsOf(kind: ConnectionKind, given: Secrets, when: 'new' | 'rotated'): Secrets {
  const secret = kind.newSecret ? kind.newSecret() : given.secret;
  const session = kind.hasSession ? given.session : '';
  if (secret === '') throw invalid('MISSING_FIELD', 'secret');
  if (kind.hasSession && session === '' && when === 'new')
    throw invalid('MISSING_FIELD', 'session');
  if (secret.length > TEXT_MAX || session.length > TEXT_MAX) throw invalid('TOO_LONG');
  return { secret, session };
}
