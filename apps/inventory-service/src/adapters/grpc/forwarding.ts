import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { Command, Outcome } from '@astrolabe/contracts/inventory';
import { serviceIdentity } from '@astrolabe/service/identity';
import { GRPC, GrpcCallError, GrpcRefusal, createGrpcClient } from '@astrolabe/grpc';
import { partitionOf } from '../../domain/partition-of.ts';

/** Has commands decided wherever their partitions are owned. */
export type Forwarding = {
  /** Commands that one partition decides: whoever asks can go to its owner. */
  isOfOne(commands: readonly Command[]): boolean;
  /** Some of the partitions have commands under way that were sent there from here. */
  isUnderWay(commands: readonly Command[]): boolean;
  /** Outcomes in the order of the commands; those of one partition are decided in their order. */
  execute(commands: readonly Command[], leftMs: number): Promise<Outcome[]>;
  close(): void;
};

/** So that an answer still gets to the caller before its deadline. */
const ANSWER_MS = 50;

/**
 * Sends each partition's commands to this process's own server, whose refusal names the owner: from
 * there the client goes on by itself, remembers the owner, and looks for the next one when it is
 * gone. Commands that were decided here before are answered from the journal. A partition's calls go
 * one after the other, so that what came first is decided first.
 */
export function createForwarding(own: () => string, partitions: number): Forwarding {
  // The client is made with the first command to pass on, whoever runs by then.
  const identity = serviceIdentity();
  const connect = () =>
    createGrpcClient(InventoryServiceClient, {
      address: own(),
      name: 'inventory-service',
      identity,
      defaultDeadlineMs: 0,
      repeatLost: true,
    });
  let client: ReturnType<typeof connect> | null = null;
  const partition = ({ sellerId }: Command): string => partitionOf(sellerId, partitions);
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(name: string, run: () => Promise<T>): Promise<T> => {
    const before = turns.get(name) ?? Promise.resolve();
    const turn = before.then(run, run);
    const done = turn.then(forget, forget);
    function forget(): void {
      if (turns.get(name) === done) turns.delete(name);
    }
    turns.set(name, done);
    return turn;
  };
  const send = async (part: readonly Command[], untilMs: number): Promise<readonly Outcome[]> => {
    client ??= connect();
    const deadlineMs = Math.max(1, untilMs - ANSWER_MS - performance.now());
    return (await client.call('executeBatch', { commands: [...part] }, { deadlineMs })).outcomes;
  };
  return {
    close: () => client?.close(),
    isOfOne: (commands) => new Set(commands.map(partition)).size < 2,
    isUnderWay: (commands) => turns.size > 0 && commands.some((each) => turns.has(partition(each))),
    execute: async (commands, leftMs) => {
      const untilMs = performance.now() + leftMs;
      const outcomes: Outcome[] = [];
      const sendPart = async ([name, part]: [string, { command: Command; at: number }[]]) => {
        const response = await inTurn(name, () =>
          send(
            part.map(({ command }) => command),
            untilMs,
          ),
        );
        for (const [nth, { at }] of part.entries()) {
          const outcome = response[nth];
          if (outcome) outcomes[at] = outcome;
        }
      };
      const placed = commands.map((command, at) => ({ command, at }));
      const parts = Map.groupBy(placed, ({ command }) => partition(command));
      await Promise.all([...parts].map(sendPart)).catch(refuse);
      return outcomes;
    },
  };
}

/** A call that certainly had no effect is refused as it was; any other failure is passed on. */
function refuse(error: unknown): never {
  if (!(error instanceof GrpcCallError) || error.outcome === 'unknown') throw error;
  const { reason, details, retryAfterMs } = error;
  const isFull = error.code === GRPC.resourceExhausted;
  const code = isFull ? GRPC.resourceExhausted : GRPC.unavailable;
  throw new GrpcRefusal({ code, reason: reason || 'NOT_OWNER', details, retryAfterMs });
}
