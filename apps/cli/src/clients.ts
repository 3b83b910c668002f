import { createGrpcClient } from '@astrolabe/grpc';
import type {
  ClientConstructor,
  GeneratedClient,
  GrpcClient,
  GrpcClientOptions,
} from '@astrolabe/grpc';
import { required } from './invocation.ts';
import type { Environment } from './invocation.ts';
import { DRY_RUN, Planned } from './planned.ts';

/** How a command calls a service. */
type Peer = GrpcClientOptions & { readonly dryRun: boolean };

/** How a command calls the service whose address a variable of its environment names. */
export const peerOf = (environment: Environment, variable: string, deadlineMs: number): Peer => ({
  address: required(environment[variable], variable),
  name: 'astrolabe-cli',
  defaultDeadlineMs: deadlineMs,
  dryRun: isDryRun(environment),
});

/** Whether nothing may be changed. */
export const isDryRun = (environment: Environment): boolean => (environment[DRY_RUN] ?? '') !== '';

/** Methods that change nothing, by the words that they begin with. */
const READS = /^(?:get|list|explain|try|simulate|query|find|show|search|resolveGoods|verify)/;
/** A service that is asked for a plan only looks. */
const isPlan = (request: unknown): boolean =>
  typeof request === 'object' &&
  request !== null &&
  (('apply' in request && request.apply === false) ||
    ('dryRun' in request && request.dryRun === true));

const isRead = (method: string, request: unknown): boolean => READS.test(method) || isPlan(request);

/** A client that reads, and in a dry run stops at the first change by throwing `Planned`. */
export const createClient: typeof createGrpcClient = (constructor, options) => {
  const client = createGrpcClient(constructor, options);
  if (!('dryRun' in options) || options.dryRun !== true) return client;
  const call: typeof client.call = (method, request, more) =>
    isRead(method, request)
      ? client.call(method, request, more)
      : Promise.reject(new Planned(method, request));
  return { ...client, call };
};

/** Runs work with a client of its own, which is closed whatever comes of it. */
export async function withClient<C extends GeneratedClient, T>(
  constructor: ClientConstructor<C>,
  peer: Peer,
  work: (client: GrpcClient<C>) => Promise<T>,
): Promise<T> {
  const client = createClient(constructor, peer);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
