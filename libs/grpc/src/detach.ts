/**
 * What a message says, the message itself left empty. The library keeps messages with their call's stream,
 * which only a full collection of garbage frees: what they say would be moved to the old generation
 * for nothing, thousands of them in a second.
 */
export function detach<Message extends object>(held: Message): Message {
  const taken = { ...held };
  for (const field in held) held[field] = undefined as never;
  return taken;
}
