import type { Deed } from '../domain/audit.ts';

/** A deed in its place of the log. */
export type AuditEntry = Deed & { sequence: bigint; at: Date; hash: string };

/** Which deeds are asked for; empty texts and absent times ask for all. */
export type AuditAsked = {
  login: string;
  action: string;
  sellerId: string;
  from: Date | null;
  to: Date | null;
};

/** What people did: append-only, chained (docs/adr/0075). */
export type AuditLog = {
  /** Durable when it returns. */
  append(deed: Deed): Promise<AuditEntry>;
  /** Entries after a number, oldest first. */
  after(sequence: bigint, limit: number): Promise<readonly AuditEntry[]>;
  /** A page of what is asked for, newest first; null for a token that is none. */
  page(
    asked: AuditAsked,
    limit: number,
    token: string,
  ): Promise<{ entries: readonly AuditEntry[]; next: string } | null>;
};
