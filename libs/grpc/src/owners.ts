import { connectivityState } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import { LRUCache } from 'lru-cache';
import type { GrpcCallError } from './status.ts';
import { NOT_OWNER, wasLost, wasNotHandled } from './status.ts';

/** Sellers whose owner is remembered; a forgotten one costs a redirect. */
const REMEMBERED_MAX = 10_000;
const CONNECTIONS_MAX = 16;
/** How long a connection to an owner may take; a dead machine refuses nothing. */
const CONNECT_MS = 250;

/** What a call goes to: the address that the caller was given, or the owner it was sent to. */
export type Target<C> = { readonly client: C; readonly address: string };

/** What to do with a call that failed: nothing, or send it again, at once or after a wait. */
export type Repeat = 'no' | 'at once' | 'later';

/** Where the owner of what a request is about was last seen, and the connections to the owners. */
export class Owners<C extends Client> {
  private readonly home: C;
  private readonly connect: (address: string) => C;
  private readonly end: (client: C) => void;
  private readonly connections = new LRUCache<string, C>({
    max: CONNECTIONS_MAX,
    dispose: (client) => this.end(client),
  });
  private readonly addresses = new LRUCache<string, string>({ max: REMEMBERED_MAX });

  constructor(home: C, connect: (address: string) => C, end: (client: C) => void) {
    this.home = home;
    this.connect = connect;
    this.end = end;
  }

  /** `address` is empty when the call goes where the caller was told to go. */
  of(key: string): Target<C> {
    const address = this.addresses.get(key);
    return address === undefined
      ? { client: this.home, address: '' }
      : { client: this.connection(address), address };
  }

  /** Learns from a failure, and says whether the call may be sent again without being done twice. */
  learn(key: string, target: Target<C>, error: GrpcCallError, canRepeatLost: boolean): Repeat {
    if (error.reason === NOT_OWNER) {
      if (error.owner !== '' && error.owner !== target.address) {
        this.addresses.set(key, error.owner);
        return 'at once';
      }
      this.addresses.delete(key);
      return 'later';
    }
    if (error.retryAfterMs > 0) return 'later';
    if (!wasNotHandled(error) && !(canRepeatLost && wasLost(error))) return 'no';
    this.addresses.delete(key);
    return 'later';
  }

  close(): void {
    this.connections.clear();
    this.end(this.home);
  }

  private connection(address: string): C {
    const known = this.connections.get(address);
    if (known) return known;
    const made = this.connect(address);
    this.connections.set(address, made);
    return made;
  }
}

/** True when the connection is there within a quarter of a second, and before the deadline. */
export function isReachable(client: Client, deadline: Date): Promise<boolean> {
  if (client.getChannel().getConnectivityState(true) === connectivityState.READY) {
    return Promise.resolve(true);
  }
  const until = Math.min(Date.now() + CONNECT_MS, deadline.getTime());
  return new Promise((resolve) => client.waitForReady(until, (error) => resolve(!error)));
}

type Routed = {
  sellerId?: unknown;
  partition?: unknown;
  command?: { sellerId?: unknown };
  commands?: readonly { sellerId?: unknown }[];
};

/** What decides who owns the request: its seller, or the partition that it names. */
export function ownerKey(request: unknown): string {
  const { sellerId, partition, command, commands } = request as Routed;
  const key = sellerId ?? command?.sellerId ?? commands?.[0]?.sellerId ?? partition;
  return typeof key === 'string' ? key : '';
}
