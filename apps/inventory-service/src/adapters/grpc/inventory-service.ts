import { InventoryServiceService } from '@astrolabe/contracts/inventory';
import type {
  Command as CommandMessage,
  ExecuteBatchRequest,
  ExecuteBatchResponse,
  ExecuteRequest,
  ExecuteResponse,
  ExecuteStreamRequest,
  ExecuteStreamResponse,
  Outcome as OutcomeMessage,
} from '@astrolabe/contracts/inventory';
import { bidi, unary } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type { Refusal } from '../../application/inventory.ts';
import type { Command } from '../../domain/commands.ts';
import { commandFromMessage } from './commands.ts';
import type { ServiceDeps } from './deps.ts';
import { outcomeToMessage, unreadable } from './messages.ts';
import { reads } from './reads.ts';
import { invalid, left, valueOf } from './refusals.ts';

const BATCH_MAX = 1_000;
/** How long a command of a stream may wait for its turn: a stream has no deadline of its own. */
const STREAM_TURN_MS = 10_000;

/** The implementation of astrolabe.inventory.v1.InventoryService. */
export function inventoryService(deps: ServiceDeps) {
  const { inventory, forwarding } = deps;
  const decide = async (
    messages: readonly (CommandMessage | undefined)[],
    leftMs: number,
  ): Promise<Result<OutcomeMessage[], Refusal>> => {
    const commands = messages.map(commandFromMessage);
    const readable = commands.filter((command): command is Command => command !== null);
    const decided = await inventory.execute(readable, leftMs);
    if (!decided.ok) return decided;
    const outcomes = decided.value.values();
    return ok(
      commands.map((command, at) => {
        const outcome = command && outcomes.next().value;
        if (!outcome) return unreadable(messages[at]?.operationId ?? '');
        return outcomeToMessage(command.operationId, outcome);
      }),
    );
  };
  /**
   * What is of several owners, or on a stream, cannot be sent away: it is passed on from here. It does not
   * wait here for this replica to become the owner: what comes later could be decided first then.
   */
  const decideAnywhere = async (
    messages: readonly CommandMessage[],
    leftMs: number,
    isOnStream: boolean,
  ): Promise<OutcomeMessage[]> => {
    const isPassedOn = isOnStream || !forwarding.isOfOne(messages);
    if (!isPassedOn) return valueOf(await decide(messages, leftMs));
    if (inventory.owns(messages) && !forwarding.isUnderWay(messages)) {
      const decided = await decide(messages, leftMs);
      if (decided.ok || decided.error.why !== 'NOT_OWNER') return valueOf(decided);
    }
    return await forwarding.execute(messages, leftMs);
  };
  return [
    InventoryServiceService,
    {
      execute: unary('Execute', async ({ command }: ExecuteRequest, context) => {
        const messages = [command];
        const [outcome] = valueOf(await decide(messages, left(context)));
        forget(messages);
        return { outcome } satisfies ExecuteResponse;
      }),
      executeBatch: unary('ExecuteBatch', async ({ commands }: ExecuteBatchRequest, context) => {
        if (commands.length > BATCH_MAX) throw invalid('TOO_MANY_COMMANDS');
        const outcomes = await decideAnywhere(commands, left(context), false);
        forget(commands);
        return { outcomes } satisfies ExecuteBatchResponse;
      }),
      executeStream: bidi(
        'ExecuteStream',
        async ({ commands }: ExecuteStreamRequest): Promise<ExecuteStreamResponse> => {
          if (commands.length > BATCH_MAX) throw invalid('TOO_MANY_COMMANDS');
          const outcomes = await decideAnywhere(commands, STREAM_TURN_MS, true);
          forget(commands);
          return { outcomes };
        },
        { join: (responses) => ({ outcomes: responses.flatMap(({ outcomes }) => outcomes) }) },
      ),
      ...reads(deps),
    },
  ] as const;
}

/**
 * Empties messages that were decided and are not read again. The library keeps a call, and with it what was
 * called for it, until the next full collection: under load most of what young memory holds would be
 * moved to old memory, to be found useless there.
 */
function forget(messages: (CommandMessage | undefined)[]): void {
  for (const message of messages) if (message) message.verb = undefined;
  messages.length = 0;
}
