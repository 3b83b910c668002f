import { sortedOut } from '../../domain/platform-message.ts';
import type { ReceivedMessage } from '../../domain/platform-message.ts';
import { receivedBy } from './inbox.ts';
import type { ParkedMessage, ParkedMessages, Taken } from './inbox.ts';
import type { ReplayDeps } from './replay.ts';

/** What became of a kept message. */
export type Replayed = Pick<ParkedMessage, 'messageId' | 'parkedId' | 'sellerId' | 'type'> & {
  readonly outcome: Taken;
  readonly details: string;
};

export type ReplayParkedDeps = Pick<ReplayDeps, 'connections' | 'platform' | 'read' | 'take'> & {
  readonly parked: Pick<ParkedMessages, 'since' | 'taken'>;
};

export type ReplayParkedQuery = {
  readonly since: Date;
  /** Says what would become of them, and takes none. */
  readonly isDry: boolean;
  readonly limit: number;
  readonly after: string;
};

/**
 * Reads kept messages again that nobody understood when they came, the oldest first, as pushes are read: with the words that are
 * known and the connections that there are by now. What is understood is taken as a push is, once by its own number.
 */
export const makeReplayParked =
  (deps: ReplayParkedDeps) =>
  async ({
    isDry,
    ...query
  }: ReplayParkedQuery): Promise<{ items: readonly Replayed[]; next: string }> => {
    const { platform } = deps;
    const { items, next } = await deps.parked.since({ ...query, platform });
    const all = items.length === 0 ? [] : await deps.connections.enabled(platform);
    const replayed: Replayed[] = [];
    for (const { parkedId, appKey, raw } of items) {
      const ofApplication = all.filter((one) => one.appKey === appKey);
      const received = receivedBy({ platform, appKey }, ofApplication, raw, deps.read(raw));
      const outcome = isDry ? wouldBe(received) : await deps.take(received);
      if (!isDry && (outcome === 'TAKEN' || outcome === 'TEST')) await deps.parked.taken(parkedId);
      replayed.push({
        parkedId,
        outcome,
        messageId: received.message?.messageId ?? '',
        type: received.message?.type ?? '',
        sellerId: received.connection?.sellerId ?? '',
        details: received.problem,
      });
    }
    return { items: replayed, next };
  };

function wouldBe(received: ReceivedMessage): Taken {
  const sorted = sortedOut(received);
  if (sorted.kind === 'PARKED') return sorted.parked.reason;
  return sorted.kind === 'TEST' ? 'TEST' : 'TAKEN';
}
