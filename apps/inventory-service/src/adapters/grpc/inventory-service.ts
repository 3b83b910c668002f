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
import type { makeListHistory } from '../../application/history.ts';
import type { Inventory } from '../../application/inventory.ts';
import type { makeRebuild } from '../../application/rebuild.ts';
import type { makeRepair } from '../../application/repair.ts';
import type { makeVerify } from '../../application/verify.ts';
import type { Command } from '../../domain/commands.ts';
import { commandFromMessage } from './commands.ts';
import { outcomeToMessage, unreadable } from './messages.ts';
import { reads } from './reads.ts';
import { invalid, left, valueOf } from './refusals.ts';
import { upkeep } from './upkeep.ts';

export type ServiceDeps = {
  readonly inventory: Inventory;
  readonly listHistory: ReturnType<typeof makeListHistory>;
  readonly verify: ReturnType<typeof makeVerify>;
  readonly repair: ReturnType<typeof makeRepair>;
  readonly rebuild: ReturnType<typeof makeRebuild>;
};

const BATCH_MAX = 1_000;
/** How long a command of a stream may wait for its turn: a stream has no deadline of its own. */
const STREAM_TURN_MS = 10_000;

/** The implementation of astrolabe.inventory.v1.InventoryService. */
export function inventoryService(deps: ServiceDeps) {
  const { inventory } = deps;
  const decide = async (
    messages: readonly (CommandMessage | undefined)[],
    leftMs: number,
  ): Promise<OutcomeMessage[]> => {
    const commands = messages.map(commandFromMessage);
    const readable = commands.filter((command): command is Command => command !== null);
    const outcomes = valueOf(await inventory.execute(readable, leftMs)).values();
    return commands.map((command, at) => {
      const outcome = command && outcomes.next().value;
      if (!outcome) return unreadable(messages[at]?.operationId ?? '');
      return outcomeToMessage(command.operationId, outcome);
    });
  };
  return [
    InventoryServiceService,
    {
      execute: unary('Execute', async ({ command }: ExecuteRequest, context) => {
        const [outcome] = await decide([command], left(context));
        return { outcome } satisfies ExecuteResponse;
      }),
      executeBatch: unary('ExecuteBatch', async ({ commands }: ExecuteBatchRequest, context) => {
        if (commands.length > BATCH_MAX) throw invalid('TOO_MANY_COMMANDS');
        const outcomes = await decide(commands, left(context));
        return { outcomes } satisfies ExecuteBatchResponse;
      }),
      executeStream: bidi(
        'ExecuteStream',
        async ({ commands }: ExecuteStreamRequest): Promise<ExecuteStreamResponse> => {
          if (commands.length > BATCH_MAX) throw invalid('TOO_MANY_COMMANDS');
          return { outcomes: await decide(commands, STREAM_TURN_MS) };
        },
        { join: (responses) => ({ outcomes: responses.flatMap(({ outcomes }) => outcomes) }) },
      ),
      ...reads(deps),
      ...upkeep(deps),
    },
  ] as const;
}
