import { InventoryServiceClient, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, ExecuteStreamResponse, Outcome } from '@astrolabe/contracts/inventory';
import { createGrpcClient, createPipeline } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { testIdentity } from '@astrolabe/testing';
import type { Load } from './load.ts';

type Client = GrpcClient<InventoryServiceClient>;

const DEADLINE_MS = 20_000;

export const UNARY_CLIENTS = 64;
export const STREAM_IN_FLIGHT = 512;
export const BATCHES = 8;
export const BATCH_SIZE = 100;

export type Callers = ReturnType<typeof createCallers>;

/** Ways to call the service; each refuses to count what was not applied. */
export function createCallers(address: string) {
  const client = createGrpcClient(InventoryServiceClient, {
    address,
    name: 'bench',
    defaultDeadlineMs: DEADLINE_MS,
    identity: testIdentity('operator'),
  });
  return {
    client,
    execute: async (command: Command): Promise<void> => {
      const { outcome } = await client.call('execute', { command });
      mustBeApplied(outcome);
    },
    batch: async (commands: Command[]): Promise<void> => {
      const { outcomes } = await client.call('executeBatch', { commands });
      for (const outcome of outcomes) mustBeApplied(outcome);
    },
    stream: () => openStream(client.raw, client.metadata()),
    close: () => client.close(),
  };
}

function mustBeApplied(outcome: Outcome | undefined): void {
  if (outcome?.status !== OutcomeStatus.APPLIED) {
    throw new Error(`${outcome?.operationId}: ${outcome?.status} ${outcome?.reason}`);
  }
}

function openStream(client: InventoryServiceClient, metadata: ReturnType<Client['metadata']>) {
  const pipeline = createPipeline(client.executeStream(metadata), {
    request: (commands: Command[]) => ({ commands }),
    answers: ({ outcomes }: ExecuteStreamResponse) => outcomes,
    itemsMax: STREAM_IN_FLIGHT,
  });
  return {
    send: async (command: Command): Promise<void> => mustBeApplied(await pipeline.send(command)),
    end: () => pipeline.end(),
  };
}

export const unaryLoad = (callers: Callers, make: () => Command): Load => ({
  send: () => callers.execute(make()),
  weight: 1,
  inFlight: UNARY_CLIENTS,
});

export const batchLoad = (callers: Callers, make: () => Command): Load => ({
  send: () => callers.batch(Array.from({ length: BATCH_SIZE }, make)),
  weight: BATCH_SIZE,
  inFlight: BATCHES,
});
