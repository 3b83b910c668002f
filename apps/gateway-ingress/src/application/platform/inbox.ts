import type { Result } from '@astrolabe/kernel';
import { sortedOut } from '../../domain/platform-message.ts';
import type {
  ParkReason,
  Parked,
  PlatformMessage,
  ReceivedMessage,
  SaidMessage,
} from '../../domain/platform-message.ts';
import type { Connection } from '../../domain/connection.ts';

/** A dead letter as it is listed. */
export type ParkedMessage = Omit<Parked, 'platform' | 'raw'> & {
  readonly parkedId: string;
  readonly parkedAt: Date;
  readonly raw: string;
  /** When it was read again and taken; undefined while nobody has understood it. */
  readonly takenAt: Date | undefined;
};

/** Dead letters of platforms. */
export type ParkedMessages = {
  /** Durable, and on its way to the topic of dead letters; a repeat changes nothing. */
  park(message: Parked): Promise<void>;
  /** Newest first. */
  list(limit: number, after: string): Promise<{ items: readonly ParkedMessage[]; next: string }>;
  /** Those that were kept from an instant on and that nobody has understood yet, oldest first. */
  since(query: {
    readonly platform: string;
    readonly since: Date;
    readonly limit: number;
    readonly after: string;
  }): Promise<{ items: readonly ParkedMessage[]; next: string }>;
  /** It was read again and taken. */
  taken(parkedId: string): Promise<void>;
};

/** Messages that were understood. */
export type SaidInbox = {
  /**
   * Keeps the message and its event in one write, a repeat changes nothing; true when the event is published. False
   * while it cannot be: it goes out later, and the platform is to send it again.
   */
  take(said: SaidMessage): Promise<boolean>;
};

/** What became of a message. NOT_PUBLISHED: kept, and to be sent again. */
export type Taken = 'TAKEN' | 'TEST' | ParkReason | 'NOT_PUBLISHED';

export type TakeDeps = {
  readonly inbox: SaidInbox;
  readonly parked: Pick<ParkedMessages, 'park'>;
  /** A word of the platform that is not known. */
  readonly unknownWord: (field: string) => void;
};

/** A message that came by an application, with the connection of its member there. */
export function receivedBy(
  { platform, appKey }: Pick<Connection, 'platform' | 'appKey'>,
  connections: readonly Connection[],
  raw: string,
  read: Result<PlatformMessage, string>,
): ReceivedMessage {
  const head = { platform, raw, appKey };
  if (!read.ok) return { ...head, message: null, problem: read.error, connection: null };
  const { memberId } = read.value;
  const own = connections.find((one) => one.appKey === appKey && one.memberId === memberId);
  return { ...head, message: read.value, problem: '', connection: own ?? null };
}

/**
 * Takes a message of a platform: what is understood is kept and published, what is not is a dead letter with what was
 * signed. Pushes and replays come here alike, so the same message has one effect (field Q3).
 */
export const makeTakeMessage =
  ({ inbox, parked, unknownWord }: TakeDeps) =>
  async (received: ReceivedMessage): Promise<Taken> => {
    const sorted = sortedOut(received);
    switch (sorted.kind) {
      case 'TEST':
        return 'TEST';
      case 'PARKED':
        await parked.park(sorted.parked);
        return sorted.parked.reason;
      case 'SAID': {
        const { news } = sorted.said;
        if ('action' in news && news.action === null) unknownWord('action');
        return (await inbox.take(sorted.said)) ? 'TAKEN' : 'NOT_PUBLISHED';
      }
    }
  };
