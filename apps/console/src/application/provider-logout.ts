import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { deed } from '../domain/audit.ts';
import type { AuditLog } from './audit-ports.ts';
import type {
  IdentityProvider,
  LogoutRefusal,
  LogoutTokens,
  ProviderSessions,
} from './sign-in-ports.ts';

export type ProviderLogoutDeps = {
  readonly provider: Pick<IdentityProvider, 'readLogout'>;
  readonly sessions: ProviderSessions;
  readonly tokens: LogoutTokens;
  readonly audit: Pick<AuditLog, 'append'>;
};

/** REPEATED: the token was taken before. */
export type ProviderLogoutRefusal = LogoutRefusal | 'REPEATED';

/**
 * The provider says that a person's session there has ended: what came of it here ends at once, without the browser. A
 * token is taken once. Whose sessions end is in the audit log before they do; what does not hold is not: anybody may
 * send it.
 */
export const makeProviderLogout =
  ({ provider, sessions, tokens, audit }: ProviderLogoutDeps) =>
  async (token: string, address: string): Promise<Result<null, ProviderLogoutRefusal>> => {
    const read = await provider.readLogout(token);
    if (!read.ok) return read;
    const { issuer, subject, sid, jti, until } = read.value;
    if (!(await tokens.take(issuer, jti, until))) return err('REPEATED');
    try {
      const ended = { issuer, subject, sid };
      for (const login of await sessions.loginsOfProvider(ended)) {
        await audit.append(deed({ login, address, action: 'logout.provider', target: login }));
      }
      await sessions.endOfProvider(ended);
      return ok(null);
    } catch (error) {
      // The provider may say it again.
      await tokens.giveBack(issuer, jti);
      throw error;
    }
  };
