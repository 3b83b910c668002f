import { begun, ended, isOpen, planned } from '@astrolabe/outbound';
import type { Begun, OutboundCall, Outcome, Policy } from '@astrolabe/outbound';
import { ANSWER_WITHIN_MS } from './feed.ts';
import type { Feed } from './feed.ts';

/** What a device is told: an order has come, or one has waited for longer than it may. */
export const TIDINGS = ['new', 'overdue'] as const;

export type Tidings = (typeof TIDINGS)[number];

/** Where a browser takes messages while its page is closed, and the keys that only it can read them by. */
export type PushAddress = {
  readonly endpoint: string;
  /** The browser's public key (P-256) and its secret for the key exchange (RFC 8291), base64url. */
  readonly p256dh: string;
  readonly auth: string;
};

/** A clerk's browser that is to be told of the store's orders while its page is closed. */
export type PushDevice = PushAddress & {
  /** Of the address that messages go to. */
  readonly id: string;
  /** The clerk's, for the words that the browser shows. */
  readonly language: 'zh' | 'en';
  readonly login: string;
  readonly sellerId: string;
  readonly storeId: string;
  /** Of the session that asked for it, which it ends with. */
  readonly sessionId: string;
  readonly since: Date;
  readonly calls: Readonly<Record<Tidings, OutboundCall | null>>;
  /** Events that it was told of or is to be, the newest last: one that is delivered twice tells nothing twice. */
  readonly heard: readonly string[];
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

/** A clerk's browsers; with one more the one that was added first is forgotten. */
export const DEVICES_OF_CLERK_MAX = 5;
export const DEVICES_OF_STORE_MAX = 100;
const HEARD_MAX = 50;

/** Five attempts within about six minutes: what is told later than that helps nobody. */
export const pushPolicy = (retryMs: number, leaseMs: number): Policy => ({
  attemptsMax: 5,
  firstWaitMs: retryMs,
  factor: 4,
  waitMaxMs: Math.max(retryMs, 120_000),
  leaseMs,
});

/** How long a push service keeps a message for a device that it does not reach, seconds. */
export const TTL_SECONDS: Readonly<Record<Tidings, number>> = {
  new: ANSWER_WITHIN_MS / 1_000,
  overdue: 3_600,
};

const scheduled = (device: Omit<PushDevice, 'dueAt'>): PushDevice => {
  const times = TIDINGS.flatMap((kind) => device.calls[kind]?.nextAt?.getTime() ?? []);
  return { ...device, dueAt: times.length === 0 ? null : new Date(Math.min(...times)) };
};

const withCall = (device: PushDevice, kind: Tidings, call: OutboundCall | null): PushDevice =>
  scheduled({ ...device, calls: { ...device.calls, [kind]: call } });

/** A browser that is to be told from now on; one that is known keeps what it was told. */
export const subscribed = (
  who: Omit<PushDevice, 'since' | 'calls' | 'heard' | 'dueAt'>,
  known: PushDevice | null,
  now: Date,
): PushDevice => {
  const isSame = known !== null && known.sellerId === who.sellerId && known.storeId === who.storeId;
  const { calls, heard } = isSame ? known : { calls: { new: null, overdue: null }, heard: [] };
  return scheduled({ ...who, since: known?.since ?? now, calls, heard });
};

/**
 * An order has come to the store. The device is told now, once for all that come meanwhile, and again when
 * an order is overdue. An event that is known changes nothing.
 */
export function heardOf(
  device: PushDevice,
  { eventId, at }: { readonly eventId: string; readonly at: Date },
  now: Date,
): PushDevice {
  if (device.heard.includes(eventId)) return device;
  const { overdue } = device.calls;
  return scheduled({
    ...device,
    heard: [...device.heard, eventId].slice(-HEARD_MAX),
    calls: {
      // One that is under way may have left without this order.
      new: planned(now),
      overdue:
        overdue && isOpen(overdue) ? overdue : planned(new Date(at.getTime() + ANSWER_WITHIN_MS)),
    },
  });
}

const dueAtOf = ({ at }: Feed['open'][number]): number => at.getTime() + ANSWER_WITHIN_MS;

/** How many orders a message speaks of; without one it is not sent. */
export const ordersOf = (kind: Tidings, { open }: Feed, now: Date): number =>
  kind === 'new' ? open.length : open.filter((one) => dueAtOf(one) <= now.getTime()).length;

/** A message that is on its way to a device. */
export type PushCall = { readonly kind: Tidings; readonly device: PushDevice };

/** Begins the next message that is due. Null when there is none: told, or under way elsewhere. */
export function pushBegun(
  device: PushDevice,
  now: Date,
  policy: Policy,
): { device: PushDevice; begun: Begun<PushCall> } | null {
  for (const kind of TIDINGS) {
    const call = device.calls[kind];
    const next = call && begun(call, now, policy);
    if (!next) continue;
    const after = withCall(device, kind, next.call);
    return { device: after, begun: { ...next, call: { kind, device: after } } };
  }
  return null;
}

/** How an attempt ended. After an order that was overdue the next one is waited for. */
export function pushEnded(
  device: PushDevice,
  { kind, device: tried }: PushCall,
  outcome: Outcome,
  { feed, now, policy }: { readonly feed: Feed; readonly now: Date; readonly policy: Policy },
): PushDevice {
  const [call, attempt] = [device.calls[kind], tried.calls[kind]];
  if (!call || !attempt) return device;
  const after = ended(call, attempt, outcome, now, policy);
  if (after === call) return device;
  if (kind === 'new' || isOpen(after)) return withCall(device, kind, after);
  const next = Math.min(...feed.open.map(dueAtOf).filter((at) => at > now.getTime()));
  return withCall(device, kind, Number.isFinite(next) ? planned(new Date(next)) : after);
}
