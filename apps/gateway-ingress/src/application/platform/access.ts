import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { connectionId, renewed, tokenRefused, tokenStanding } from '../../domain/connection.ts';
import type { Connection, Tokens } from '../../domain/connection.ts';
import type { Connections } from './ports.ts';

/** Why nobody may call the platform for a seller now. */
export type NoAccess = {
  readonly code: 'NOT_CONNECTED' | 'CONNECTION_DISABLED' | 'REAUTH' | 'TOKEN_LATER';
  readonly details: string;
};

export type Accessible = Connection & { readonly tokens: Tokens };

/** What the platform said to a request for a token. */
export type TokenSaid =
  | ({ readonly kind: 'granted' } & Parameters<typeof renewed>[1])
  | { readonly kind: 'refused' | 'later'; readonly code: string; readonly message: string };

export type AccessDeps = {
  readonly connections: Connections;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly ask: (connection: Connection, refreshToken: string) => Promise<TokenSaid>;
  /** A token that the database did not take; it is used and stored later. */
  readonly notStored: (connectionId: string, error: unknown) => void;
};

export type Access = {
  /** A token that is good for a minute at least, and is not the refused one. */
  get(
    platform: string,
    sellerId: string,
    refusedToken: string,
  ): Promise<Result<Accessible, NoAccess>>;
  /** The same, with a token that is good for so long. */
  refreshAhead(connection: Connection, spareMs: number): Promise<Result<Accessible, NoAccess>>;
  /** Stores the tokens that could not be stored; how many are left. */
  storeLate(): Promise<number>;
};

const SPARE_MS = 60_000;
/** Who has the lease asks once, within the limits of the client. */
const LEASE_MS = 20_000;
const POLL_MS = 100;
/** How often others look whether it has come: five seconds. */
const POLLS_MAX = 50;

type Late = { readonly connection: Connection; readonly tokens: Tokens };

/**
 * Access to platforms. One of all who need a token asks for it, under a lease in the database; the others wait for it.
 * A token that was given and not stored is used by this process until it is: the old one may be void (field K4, K6).
 */
export function makeAccess(deps: AccessDeps): Access {
  const late = new Map<string, Late>();
  const read = async (platform: string, sellerId: string): Promise<Connection | null> => {
    const known = late.get(connectionId({ platform, sellerId }));
    if (!known) return await deps.connections.find(platform, sellerId);
    return { ...known.connection, tokens: known.tokens };
  };
  const good = async (
    asked: { platform: string; sellerId: string; refusedToken: string },
    spareMs: number,
  ): Promise<Result<Accessible, NoAccess>> => {
    for (let polls = 0; polls < POLLS_MAX; polls += 1) {
      const connection = await read(asked.platform, asked.sellerId);
      if (!connection) return no('NOT_CONNECTED', 'the seller has no connection to the platform');
      if (!connection.enabled) return no('CONNECTION_DISABLED', 'an operator has disabled it');
      const { tokens, tokenSerial, refused } = connection;
      const now = deps.clock();
      const standing = tokenStanding(connection, { ...asked, now, spareMs });
      if (tokens && standing === 'GOOD') return ok({ ...connection, tokens });
      if (!tokens || standing === 'REAUTH') return no('REAUTH', refused?.message ?? 'no token');
      if (standing === 'WAIT') return no('TOKEN_LATER', refused?.message ?? '');
      const until = new Date(now.getTime() + LEASE_MS);
      if (await deps.connections.lease(connectionId(connection), tokenSerial, until, now)) {
        return await refresh(deps, late, { ...connection, tokens });
      }
      await deps.pause(POLL_MS);
    }
    return no('TOKEN_LATER', 'another instance asks for the token');
  };
  return {
    get: (platform, sellerId, refusedToken) => good({ platform, sellerId, refusedToken }, SPARE_MS),
    refreshAhead: ({ platform, sellerId }, spareMs) =>
      good({ platform, sellerId, refusedToken: '' }, spareMs),
    storeLate: async () => {
      for (const [id, { connection, tokens }] of late) {
        await store(deps, late, connection, tokens, id);
      }
      return late.size;
    },
  };
}

const no = (code: NoAccess['code'], details: string) => err({ code, details });

async function refresh(
  deps: AccessDeps,
  late: Map<string, Late>,
  connection: Accessible,
): Promise<Result<Accessible, NoAccess>> {
  const id = connectionId(connection);
  const { tokens, tokenSerial } = connection;
  const said = await deps.ask(connection, tokens.refresh);
  if (said.kind === 'granted') {
    const after = renewed(tokens, said);
    late.set(id, { connection, tokens: after });
    await store(deps, late, connection, after, id);
    return ok({ ...connection, tokens: after });
  }
  const isFinal = said.kind === 'refused';
  const refused = tokenRefused(connection.refused, { ...said, isFinal }, deps.clock());
  const { code, message, failures, until } = refused;
  const kept = { code, message, isFinal, failures, until };
  await deps.connections.saveRefusal(id, tokenSerial, kept);
  return no(isFinal ? 'REAUTH' : 'TOKEN_LATER', `${code} ${message}`.trim());
}

/** Somebody else's tokens that were stored meanwhile win: an operator has put them. */
async function store(
  { connections, notStored }: AccessDeps,
  late: Map<string, Late>,
  connection: Connection,
  tokens: Tokens,
  id: string,
): Promise<void> {
  try {
    await connections.saveTokens(id, connection.tokenSerial, tokens);
    late.delete(id);
  } catch (error) {
    notStored(id, error);
  }
}
