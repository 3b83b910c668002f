import type { Result } from '@astrolabe/kernel';
import type { Count as TryCount } from '../domain/login.ts';
import type { Grant } from '../domain/rights.ts';

/** Who may sign in, and what the session then allows. */
export type User = {
  login: string;
  name: string;
  grants: readonly Grant[];
  enabled: boolean;
};

/** A user who signs in with a password of ours, by an identity provider, or either way. */
export type Account = User & {
  /** Empty for who has no password of ours. */
  passwordHash: string;
  /**
   * Who it is at the provider, since the first sign-in by it; null before that. `isSource`: the account
   * came by the provider, and has the grants of its groups there.
   */
  provider: { issuer: string; subject: string; isSource: boolean } | null;
};

/** The users; where they are kept, and who keeps them, is the adapter's affair (docs/adr/0057). */
export type Accounts = {
  put(account: Account): Promise<void>;
  find(login: string): Promise<Account | null>;
  /** False when there is no such account. */
  disable(login: string): Promise<boolean>;
  /** By login, those after `after`. */
  page(after: string, limit: number): Promise<readonly Account[]>;
};

/** Accounts of stores. */
export type ClerkAccounts = Pick<Accounts, 'find'> & {
  /** False where the login is taken. */
  add(account: Account): Promise<boolean>;
  /** Who has a grant at a store of a seller, by login, those after `after`. */
  clerksOf(sellerId: string, after: string, limit: number): Promise<readonly Account[]>;
};

/** Login tries, counted in windows that end by themselves; all processes see the same numbers. */
export type Tries = {
  /** Counts one more, and returns the number of the window that runs. */
  add(count: TryCount, now: Date): Promise<number>;
  takeBack(count: TryCount): Promise<void>;
};

/** Devices that users have signed in on, by the digest of their token. */
export type Devices = {
  knows(token: string, login: string): Promise<boolean>;
  /** Returns the device's token: the one it has, if it was given out here, else a new one. */
  remember(token: string, login: string, now: Date): Promise<string>;
  forgetAll(login: string): Promise<void>;
};

export type Session = {
  login: string;
  csrf: string;
  /** It ends then, whatever happens. */
  expiresAt: Date;
  /** When it was last used, to the minute or so: one that is not used ends too. */
  usedAt: Date;
  /** By which the provider's own session ends with ours; empty for a sign-in with a password. */
  idToken: string;
  /** Whose session at the provider it came of; null for a sign-in with a password. */
  provider: ProviderSession | null;
};

/** A person's session at an identity provider. */
export type ProviderSession = {
  issuer: string;
  subject: string;
  /** Empty where the provider names none. */
  sid: string;
};

/** Sessions by the digest of their token: who reads the database cannot use them. */
export type Sessions = {
  create(token: string, session: Session): Promise<void>;
  find(token: string): Promise<Session | null>;
  use(token: string, at: Date): Promise<void>;
  end(token: string): Promise<void>;
  endAll(login: string): Promise<void>;
};

/** Sessions that came of a provider's. */
export type ProviderSessions = {
  /** Whose sessions came of it: a login each. */
  loginsOfProvider(ended: LogoutSaid): Promise<readonly string[]>;
  /** Ends those of the session, or all of the person's where none is named. */
  endOfProvider(ended: LogoutSaid): Promise<void>;
};

/** What a provider says has ended: the session `sid`, or without it every session of `subject`. */
export type LogoutSaid = {
  issuer: string;
  /** Empty: any person. */
  subject: string;
  /** Empty: any session. One of the two is named. */
  sid: string;
};

/** Numbers of logout tokens that were taken, until they could be taken no more. */
export type LogoutTokens = {
  /** False where it was taken before. */
  take(issuer: string, jti: string, until: Date): Promise<boolean>;
  /** It had no effect after all, and may come again. */
  giveBack(issuer: string, jti: string): Promise<void>;
};

/** A logout token that holds: who signed it, for whom and when was looked at. */
export type LogoutToken = LogoutSaid & {
  jti: string;
  /** After this instant no token of its age is taken. */
  until: Date;
};

/** What ends with a session knows it by a name that opens nothing. */
export type SessionNames = {
  idOf(token: string): string;
  /** Whether the session is still there. */
  isOpen(id: string): Promise<boolean>;
};

/** What a browser keeps between leaving for the provider and coming back. */
export type Attempt = {
  state: string;
  nonce: string;
  /** Of PKCE: who has only the code cannot use it. */
  verifier: string;
  /** Where one wanted to be, behind the `#`. */
  to: string;
};

/** Who the provider says that it is, and by what its session ends. */
export type Identity = {
  issuer: string;
  subject: string;
  /** Of the session at the provider; empty where it names none. */
  sid: string;
  claims: Readonly<Record<string, unknown>>;
  idToken: string;
};

/** AWAY: it does not answer. DENIED: it said no, e.g. because the person did. INVALID: its answer does not hold. */
export type ProviderRefusal = 'PROVIDER_AWAY' | 'PROVIDER_DENIED' | 'PROVIDER_INVALID';

/** An OpenID Connect provider: authorization code with PKCE, state and nonce. */
export type IdentityProvider = {
  /** The address at the provider where the sign-in begins, and what to keep until it is back. */
  begin(to: string): Promise<Result<{ url: string; attempt: Attempt }, 'PROVIDER_AWAY'>>;
  finish(query: string, attempt: Attempt): Promise<Result<Identity, ProviderRefusal>>;
  /** The address that ends the provider's own session; empty where it has none, or does not answer. */
  endOf(idToken: string): Promise<string>;
  /** Looks at a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). */
  readLogout(token: string): Promise<Result<LogoutToken, LogoutRefusal>>;
};

/** AWAY: its keys could not be read. INVALID: the token does not hold. */
export type LogoutRefusal = 'PROVIDER_AWAY' | 'PROVIDER_INVALID';

export type Passwords = {
  hash(password: string): Promise<string>;
  /**
   * Each check costs memory and time: a few may wait, those that are `first` before the others. BUSY:
   * too many wait. LEFT: the caller has gone. Neither was looked at.
   */
  verify(
    password: string,
    hash: string,
    turn: { first: boolean; signal: AbortSignal },
  ): Promise<'RIGHT' | 'WRONG' | 'BUSY' | 'LEFT'>;
};
