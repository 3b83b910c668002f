import { createRequire } from 'node:module';
import type { PartitionAssigner } from 'kafkajs';

type Args = Readonly<Record<string, unknown>>;
type Lookup = (apiKey: number, definition: unknown) => (args: Args) => unknown;
/** The parts of kafkajs 2.2.4 `src/broker/index.js` that the patch touches. */
type Broker = { readonly lookupRequest: Lookup };
type Call = (this: Broker, request: Args) => Promise<unknown>;
type GroupCall = (typeof GROUP_CALLS)[number];

/** The requests by which a member of a group says who it is. */
const GROUP_CALLS = ['joinGroup', 'syncGroup', 'heartbeat', 'leaveGroup'] as const;
/** kafkajs makes the description of a member by its assigner, and sends of it only what it knows. */
const INSTANCE = Symbol('group.instance.id');

const patched = new WeakSet<object>();
/** Each consumer has brokers of its own. */
const instances = new WeakMap<Broker, string>();

/** The assigner of a member that keeps its place in the group while it is started again (KIP-345). */
export const asInstance =
  (assigner: PartitionAssigner, instance: string): PartitionAssigner =>
  (config) => {
    const made = assigner(config);
    return {
      ...made,
      protocol: (subscription) =>
        Object.assign(made.protocol(subscription), { [INSTANCE]: instance }),
    };
  };

/**
 * Lets members of a group have a name that outlives them (`group.instance.id`). kafkajs has the versions of the
 * requests that carry it (JoinGroup 5, SyncGroup 3, Heartbeat 3, LeaveGroup 3) and never fills it in
 * (tulios/kafkajs issues 884 and 1242).
 *
 * @throws Error when the installed kafkajs no longer has the methods that are replaced.
 */
export function patchStaticMembers(): void {
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/broker/index.js') as {
    prototype: Record<GroupCall, Call>;
  };
  if (patched.has(prototype)) return;
  for (const name of GROUP_CALLS) {
    const original = prototype[name];
    if (typeof original !== 'function') {
      throw new Error(`kafkajs has changed: ${name} of a broker is gone, review the patch`);
    }
    prototype[name] = function (request) {
      const instance = instanceOf(this, request);
      return original.call(instance === undefined ? this : saying(this, instance), request);
    };
  }
  patched.add(prototype);
}

/** Said when the member joins, and known from then on. */
function instanceOf(broker: Broker, { groupProtocols }: Args): string | undefined {
  const [protocol] = (groupProtocols ?? []) as readonly { [INSTANCE]?: string }[];
  const said = protocol?.[INSTANCE];
  if (said !== undefined) instances.set(broker, said);
  return instances.get(broker);
}

/** The broker, whose requests name the instance. */
const saying = (broker: Broker, groupInstanceId: string): Broker =>
  Object.create(broker, {
    lookupRequest: {
      value: (...asked: Parameters<Lookup>) => {
        const make = broker.lookupRequest(...asked);
        return (args: Args) => make({ ...args, groupInstanceId });
      },
    },
  }) as Broker;
