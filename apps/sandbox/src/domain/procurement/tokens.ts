/** What a token request ends with: the words of OAuth. */
export type TokenRefusal = 'invalid_grant';

const ACCESS_KEPT = 1_000;

/** The access tokens of one application, and the refresh token that they are made with. */
export class Tokens {
  private readonly valid = new Map<string, number>();
  private made = 0;
  private isRevoked = false;

  private readonly prefix: string;
  private readonly lifeMs: number;
  private readonly rotates: boolean;
  private refreshToken: string;

  /**
   * `lifeMs`: how long an access token is good for. `rotates`: each refresh voids the refresh token and
   * answers with a new one.
   */
  constructor(options: {
    readonly prefix: string;
    readonly refreshToken: string;
    readonly lifeMs: number;
    readonly rotates: boolean;
  }) {
    this.prefix = options.prefix;
    this.refreshToken = options.refreshToken;
    this.lifeMs = options.lifeMs;
    this.rotates = options.rotates;
  }

  /** Makes an access token without being asked, as the page of the application does. */
  issue(now: Date): string {
    this.made += 1;
    const token = `${this.prefix}-access-${this.made}`;
    this.valid.set(token, now.getTime() + this.lifeMs);
    const [oldest] = this.valid.keys();
    if (this.valid.size > ACCESS_KEPT && oldest !== undefined) this.valid.delete(oldest);
    return token;
  }

  refresh(
    refreshToken: string,
    now: Date,
  ): { access: string; refresh: string | null } | TokenRefusal {
    if (this.isRevoked || refreshToken !== this.refreshToken) return 'invalid_grant';
    const access = this.issue(now);
    if (!this.rotates) return { access, refresh: null };
    this.refreshToken = `${this.prefix}-refresh-${this.made}`;
    return { access, refresh: this.refreshToken };
  }

  isValid(accessToken: string, now: Date): boolean {
    return (this.valid.get(accessToken) ?? 0) > now.getTime();
  }

  /** No access token is good any more; the refresh token is. */
  expire(): void {
    this.valid.clear();
  }

  /** The supplier has taken its consent back: nothing is good any more. */
  revoke(): void {
    this.isRevoked = true;
    this.expire();
  }

  get lifeSeconds(): number {
    return Math.floor(this.lifeMs / 1_000);
  }
}
