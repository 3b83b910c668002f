import { CONSUMERS, EVENTS } from '@astrolabe/contracts';
import type { ConsumerGroup, Declaration, HandledBy } from '@astrolabe/contracts';
import type { HandlerOutcome } from './handling.ts';

/**
 * The handler of a group's messages from one for each event that it declares to handle. Events that the
 * group declares to ignore are done; any other type is rejected, as acknowledging it would lose it.
 */
export function byType<G extends ConsumerGroup, M extends { readonly type: string }>(
  group: G,
  handlers: Readonly<Record<HandledBy<G>, (message: M) => Promise<HandlerOutcome>>>,
): (message: M) => Promise<HandlerOutcome> {
  const { ignores }: Declaration = CONSUMERS[group];
  const ignored: ReadonlySet<string> = new Set(ignores.map((name) => EVENTS[name].type));
  const handled = new Map<string, (message: M) => Promise<HandlerOutcome>>(
    CONSUMERS[group].handles.map((name: HandledBy<G>) => [EVENTS[name].type, handlers[name]]),
  );
  return async (message) => {
    const handle = handled.get(message.type);
    if (handle !== undefined) return await handle(message);
    return ignored.has(message.type)
      ? { kind: 'done' }
      : { kind: 'reject', reason: `UNDECLARED_TYPE ${message.type}` };
  };
}
