import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Codec, Member, Shape } from './codec.ts';
import { defaulted, record, refusalText, required } from './codec.ts';
import { text } from './leaves.ts';
import type { WireNode } from './tree.ts';
import { objectNode } from './tree.ts';

/**
 * How a method ended, in every channel that answers with a code. `message` of a success is for people,
 * and empty where the method has no place for it.
 */
export type ChannelReply<T> =
  | { readonly ok: true; readonly message: string; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** A reply with a code of its own, in one structure with the answer's fields. */
export type CodedReply<T> = {
  /** What an answer may hold: the fields of a success are not in a refusal. */
  readonly shape: Shape;
  readonly encode: (reply: ChannelReply<T>) => WireNode;
  readonly decode: (node: WireNode) => Result<ChannelReply<T>, string>;
};

const SUCCESS = '0';

const membersOf = ({ shape }: { readonly shape: Shape }): readonly Member[] =>
  shape.kind === 'object' ? shape.members : [];

/** Success is the text "0"; an empty message is not written. `names`: how code and message are spelt. */
export function codedReply<T>(
  names: { readonly code: string; readonly message: string },
  answer: Codec<T>,
): CodedReply<T> {
  const envelope = record({
    code: required(names.code, text(50)),
    message: defaulted(names.message, text(), ''),
  });
  return {
    shape: { kind: 'object', members: [...membersOf(envelope), ...membersOf(answer)] },
    encode: (reply) => {
      const code = reply.ok ? SUCCESS : reply.code;
      const shown = envelope
        .encode('', { code, message: reply.message })
        .children.filter((node) => node.name !== names.message || node.text !== '');
      const fields = reply.ok ? answer.encode('', reply.value).children : [];
      return objectNode('', [...shown, ...fields]);
    },
    decode: (node) => {
      const read = envelope.decode(node, '');
      if (!read.ok) return err(refusalText(read.error));
      const { code, message } = read.value;
      if (code !== SUCCESS) return ok({ ok: false, code, message });
      const value = answer.decode(node, '');
      return value.ok
        ? ok({ ok: true, message, value: value.value })
        : err(refusalText(value.error));
    },
  };
}
