import type { IngressAdminServiceServer, Session as Message } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { Sessions } from '../../application/ports.ts';
import { SESSION_DAYS_MAX } from '../../application/sessions.ts';
import type { IssueRefused, makeIssueSession } from '../../application/sessions.ts';
import type { Session } from '../../domain/session.ts';

const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;
const ACTOR_CHARS_MAX = 100;

const DETAILS: Record<IssueRefused, string> = {
  UNKNOWN_APP_KEY: 'no such application key',
  SELLER_NOT_OF_KEY: 'the key may not act for this seller',
  INVALID_VALID_DAYS: `valid_days: 1 to ${SESSION_DAYS_MAX}`,
  KEY_CALLS_NO_TOP: 'a key of Tmall pushes and calls nothing',
};

const refusal = (code: GrpcRefusal['code'], reason: string, details = ''): GrpcRefusal =>
  new GrpcRefusal({ code, reason, details });

export type SessionMethods = Pick<
  IngressAdminServiceServer,
  'issueSession' | 'revokeSession' | 'listSessions'
>;

/** Issue, revocation and list of sessions, for inside the cluster. */
export const sessionMethods = (deps: {
  issue: ReturnType<typeof makeIssueSession>;
  sessions: Sessions;
  clock: Clock;
}): SessionMethods => ({
  issueSession: unary('issueSession', async (order) => {
    const { actor } = order;
    if (actor === '' || actor.length > ACTOR_CHARS_MAX) {
      throw refusal(
        GRPC.invalidArgument,
        'MISSING_FIELD',
        `actor: 1 to ${ACTOR_CHARS_MAX} letters`,
      );
    }
    const issued = await deps.issue(order);
    if (issued.ok) return { token: issued.value.token, session: toMessage(issued.value.session) };
    const code = issued.error === 'UNKNOWN_APP_KEY' ? GRPC.notFound : GRPC.invalidArgument;
    throw refusal(code, issued.error, DETAILS[issued.error]);
  }),
  revokeSession: unary('revokeSession', async ({ sessionId }) => {
    const revoked = await deps.sessions.revoke(sessionId, deps.clock());
    if (!revoked) throw refusal(GRPC.notFound, 'UNKNOWN_SESSION');
    return { session: toMessage(revoked) };
  }),
  listSessions: unary('listSessions', async ({ appKey, sellerId, page }) => {
    if (appKey === '') throw refusal(GRPC.invalidArgument, 'MISSING_FIELD', 'app_key');
    const size = page?.size || PAGE_DEFAULT;
    if (size < 1 || size > PAGE_MAX) {
      throw refusal(GRPC.invalidArgument, 'INVALID_PAGE_SIZE', `1 to ${PAGE_MAX}`);
    }
    const after = page?.token ?? '';
    const { items, next } = await deps.sessions.list({ appKey, sellerId, limit: size, after });
    return { sessions: items.map(toMessage), nextToken: next };
  }),
});

const toMessage = ({ revokedAt, ...session }: Session): Message => ({
  ...session,
  revokedAt: revokedAt ?? undefined,
});
