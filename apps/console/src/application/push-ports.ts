import type { Due } from '@astrolabe/kernel';
import type { Failed, Succeeded } from '@astrolabe/outbound';
import type { PushAddress, PushDevice, Tidings } from '../domain/push.ts';
import type { StoreName } from './store-ports.ts';

/** Browsers that are told while their page is closed; one document each. */
export type PushDevices = {
  /** Names the device behind an address: the same address, the same device. */
  idOf(endpoint: string): string;
  find(id: string): Promise<PushDevice | null>;
  /** All of a store, bounded by who adds them. */
  atStore(store: StoreName): Promise<readonly PushDevice[]>;
  /** Names of those to be told of news; one that another process has just added or taken away may be missing, or there. */
  toTell(store: StoreName): Promise<readonly string[]>;
  /** Writes a device down that is forgotten at `expiresAt`, whatever happens. */
  put(id: string, expiresAt: Date, next: (known: PushDevice | null) => PushDevice): Promise<void>;
  /** Changes a device against whoever changes it meanwhile; one that is forgotten stays so. */
  change(id: string, next: (device: PushDevice) => PushDevice): Promise<void>;
  remove(id: string): Promise<void>;
  /** Those of a session that ends. */
  removeOf(sessionId: string): Promise<void>;
  /** What was due at `now`, the longest due first. */
  due(now: Date, limit: number): Promise<Due<string>>;
};

/** What a device shows: no name, no number of an order. */
export type PushMessage = Pick<PushDevice, 'language'> & {
  readonly kind: Tidings;
  readonly orders: number;
};

export type PushService = {
  /** By which a browser knows that a message is ours; empty: no messages are sent. */
  readonly publicKey: string;
  /** Whether an address is one that may be called: https, and not inside our own network. */
  mayBeCalled(address: PushAddress): Promise<boolean>;
  /** Encrypted for the device alone. `gone`: its push service has forgotten it. */
  send(
    to: PushAddress,
    message: PushMessage,
    delivery: { readonly topic: string; readonly seconds: number },
  ): Promise<Succeeded | Failed | { readonly kind: 'gone' }>;
};
