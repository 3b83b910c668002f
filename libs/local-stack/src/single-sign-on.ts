import { randomBytes } from 'node:crypto';
import { startIdentityProvider } from '@astrolabe/local-servers';
import type { IdentityProviderServer, Person } from '@astrolabe/local-servers';
import { PortInUse } from './ports.ts';

const CLIENT_ID = 'astrolabe-console';
const CALLBACK = '/api/oidc/callback';
const BACK_CHANNEL = '/api/oidc/backchannel-logout';

export type SingleSignOnOptions = {
  /** 0: the operating system picks. */
  port: number;
  /** Where the console is served. */
  consoleUrl: string;
  /** Who may sign in; a login is that of an account of the console. */
  people: () => readonly Person[];
  /** Grants by group, as the console's OIDC_GROUP_GRANTS has them; absent: accounts have grants of their own. */
  groupGrants?: string;
};

/** The provider that runs, and what the console's environment needs to know of it. */
export type SingleSignOn = IdentityProviderServer & { settings: Record<string, string> };

/** Starts an identity provider on loopback for the console of a local stack. @throws PortInUse */
export async function startSingleSignOn(options: SingleSignOnOptions): Promise<SingleSignOn> {
  const { port, consoleUrl, people, groupGrants } = options;
  const clientSecret = randomBytes(32).toString('base64url');
  const redirectUri = new URL(CALLBACK, consoleUrl).href;
  const server = await startIdentityProvider({
    port,
    clientId: CLIENT_ID,
    clientSecret,
    redirectUris: [redirectUri],
    afterLogout: [new URL('/', consoleUrl).href],
    backchannelLogoutUri: new URL(BACK_CHANNEL, consoleUrl).href,
    people,
  }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new PortInUse(port, 'the identity provider') : error;
  });
  const groups =
    groupGrants === undefined
      ? {}
      : { OIDC_GROUPS_CLAIM: 'groups', OIDC_GROUP_GRANTS: groupGrants };
  return {
    ...server,
    settings: {
      OIDC_ISSUER: server.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_REDIRECT_URI: redirectUri,
      OIDC_NAME: '本机身份提供方',
      // No TLS on one machine.
      OIDC_ALLOW_HTTP: 'true',
      ...groups,
    },
  };
}
