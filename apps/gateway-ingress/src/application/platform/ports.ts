import type { ConnectionPause } from '@astrolabe/kernel';
import type { Connection, TokenRefused, Tokens } from '../../domain/connection.ts';

/** What an operator says of a connection; what is null stays as it is. */
export type PutConnection = Pick<
  Connection,
  | 'platform'
  | 'sellerId'
  | 'appKey'
  | 'gatewayUrl'
  | 'memberId'
  | 'mainUserId'
  | 'loginId'
  | 'addressId'
  | 'callsPerSecond'
  | 'ratePerSecond'
> & {
  readonly secret: string | null;
  readonly tokens: Tokens | null;
  /** It replaces nothing. */
  readonly isNew: boolean;
};

/** Sellers' connections, by platform and seller. */
export type Connections = {
  find(platform: string, sellerId: string): Promise<Connection | null>;
  /** All that may be used, as they were some seconds ago at most. */
  enabled(platform: string): Promise<readonly Connection[]>;
  /** False where a new connection has no secret, or has to be new and is there. */
  put(connection: PutConnection): Promise<boolean>;
  /** False where there is no such connection. */
  rotate(id: string, secret: string, previousEndsAt: Date): Promise<boolean>;
  /** `pause` says why it is disabled; null where it is enabled. */
  setEnabled(id: string, enabled: boolean, pause: ConnectionPause | null): Promise<boolean>;
  /** In the order of their ids; `after` is an id, empty for the first page. */
  list(limit: number, after: string): Promise<readonly Connection[]>;
  /** Takes the right to ask for the next token, for so long; false where another has it, or the token has changed. */
  lease(id: string, tokenSerial: number, until: Date, now: Date): Promise<boolean>;
  /** Stores new tokens and gives the lease back; false where somebody has stored others meanwhile. */
  saveTokens(id: string, tokenSerial: number, tokens: Tokens): Promise<boolean>;
  /** Remembers that there was no token, and gives the lease back. */
  saveRefusal(id: string, tokenSerial: number, refused: TokenRefused): Promise<void>;
  /** Takes the right to ask for messages that wait, for so long; false where another has it. */
  leaseReplay(id: string, until: Date, now: Date): Promise<boolean>;
  /** Gives it back; messages of before `replayedUntil` have been asked for, null: not all of them. */
  endReplay(id: string, replayedUntil: Date | null): Promise<void>;
};
