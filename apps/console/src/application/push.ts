import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallPorts, CallWatch, Failed, Policy, Succeeded } from '@astrolabe/outbound';
import {
  DEVICES_OF_CLERK_MAX,
  DEVICES_OF_STORE_MAX,
  TTL_SECONDS,
  heardOf,
  ordersOf,
  pushBegun,
  pushEnded,
  subscribed,
} from '../domain/push.ts';
import type { PushAddress, PushCall, PushDevice } from '../domain/push.ts';
import type { SessionNames } from './sign-in-ports.ts';
import type { Clerk, Feeds, StoreName } from './store-ports.ts';
import type { PushDevices, PushService } from './push-ports.ts';

/** BAD_ENDPOINT: no address of a push service. TOO_MANY_DEVICES: the store has all that it may have. */
export type PushRefusal = 'BAD_ENDPOINT' | 'TOO_MANY_DEVICES';

type SubscribeDeps = {
  devices: PushDevices;
  service: Pick<PushService, 'mayBeCalled'>;
  clock: Clock;
};

/**
 * A clerk's browser is to be told of the store's orders, until its session ends. The same browser again is
 * the same device.
 */
export const makeSubscribe =
  ({ devices, service, clock }: SubscribeDeps) =>
  async (
    { expiresAt, ...owner }: PushOwner,
    address: PushAddress,
  ): Promise<Result<null, PushRefusal>> => {
    if (!(await service.mayBeCalled(address))) return err('BAD_ENDPOINT');
    const id = devices.idOf(address.endpoint);
    const { login, sellerId, storeId } = owner;
    const atStore = (await devices.atStore({ sellerId, storeId })).filter((one) => one.id !== id);
    const own = atStore
      .filter((one) => one.login === login)
      .toSorted((one, other) => one.since.getTime() - other.since.getTime());
    const surplus = own.slice(0, Math.max(0, own.length + 1 - DEVICES_OF_CLERK_MAX));
    if (atStore.length - surplus.length >= DEVICES_OF_STORE_MAX) return err('TOO_MANY_DEVICES');
    for (const one of surplus) await devices.remove(one.id);
    const device = { id, ...owner, ...address };
    await devices.put(id, expiresAt, (known) => subscribed(device, known, clock()));
    return ok(null);
  };

/** Whose browser it is, by the session that asks, and when that ends. */
export type PushOwner = Pick<Clerk, 'login' | 'sellerId' | 'storeId'> &
  Pick<PushDevice, 'sessionId' | 'language'> & { expiresAt: Date };

/** An order has come to a store: its devices are to be told, durably when this is done. */
export const makeTellDevices =
  ({ devices, clock, wake }: TellDeps) =>
  async (store: StoreName, news: { eventId: string; at: Date }): Promise<void> => {
    for (const id of await devices.toTell(store)) {
      await devices.change(id, (device) => heardOf(device, news, clock()));
      wake(id);
    }
  };

type TellDeps = {
  devices: Pick<PushDevices, 'toTell' | 'change'>;
  clock: Clock;
  wake: (id: string) => void;
};

export type SendPushDeps = {
  devices: Pick<PushDevices, 'find' | 'change' | 'remove'>;
  sessions: Pick<SessionNames, 'isOpen'>;
  feeds: Pick<Feeds, 'load'>;
  service: Pick<PushService, 'send'>;
  clock: Clock;
  /** Its lease is longer than one message takes. */
  policy: Policy;
  watch: CallWatch;
};

/** Messages that one turn sends at most. */
const CALLS_MAX = 4;

/** Thrown away with its device: the push service knows it no more. */
type Gone = Failed & { readonly isGone?: true };

/**
 * Sends what is due to a device. A repeat does no harm: a message takes the place of the one before it. A
 * device whose session has ended, or that its push service has forgotten, is forgotten here too.
 */
export const makeSendPush =
  (deps: SendPushDeps) =>
  async (id: string): Promise<void> => {
    const ports: CallPorts<PushCall, Succeeded> = {
      begin: () => begin(deps, id),
      lookUp: async () => null,
      send: (call) => send(deps, call),
      record: (call, outcome) => record(deps, call, outcome),
    };
    await driveCalls(ports, deps.watch, CALLS_MAX);
  };

async function begin(deps: SendPushDeps, id: string): Promise<Begun<PushCall> | null> {
  const { devices, sessions, clock, policy } = deps;
  const device = await devices.find(id);
  if (!device || !pushBegun(device, clock(), policy)) return null;
  if (!(await sessions.isOpen(device.sessionId))) {
    await devices.remove(id);
    return null;
  }
  let taken: Begun<PushCall> | null = null;
  await devices.change(id, (stored) => {
    const next = pushBegun(stored, clock(), policy);
    taken = next?.begun ?? null;
    return next?.device ?? stored;
  });
  return taken;
}

async function send(deps: SendPushDeps, { kind, device }: PushCall): Promise<Succeeded | Gone> {
  const orders = ordersOf(kind, await deps.feeds.load(device), deps.clock());
  // Answered meanwhile: nobody is to be told.
  if (orders === 0) return { kind: 'succeeded' };
  const message = { kind, orders, language: device.language };
  const sent = await deps.service.send(device, message, {
    topic: kind,
    seconds: TTL_SECONDS[kind],
  });
  if (sent.kind !== 'gone') return sent;
  return { kind: 'refused', problem: { code: 'GONE', message: '' }, isGone: true };
}

async function record(
  { devices, feeds, clock, policy }: SendPushDeps,
  call: PushCall,
  outcome: Succeeded | Gone,
): Promise<void> {
  const { id } = call.device;
  if (outcome.kind === 'refused' && outcome.isGone) return await devices.remove(id);
  const feed = await feeds.load(call.device);
  await devices.change(id, (device) =>
    pushEnded(device, call, outcome, { feed, now: clock(), policy }),
  );
}
