import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Codec, FieldRefusal, Shape } from '../wire/codec.ts';
import { childOf } from '../wire/codec.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { channelRefusal } from '../wire/refusal.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { parseXml } from '../xml/read.ts';
import { printXml } from '../xml/write.ts';
import type { LineFailure } from './failures.ts';
import { decodeFailures, encodeFailures } from './failures.ts';

/** What a Qimen interface answers: a value, or a failure with the lines that failed. */
export type QimenReply<T> =
  | { readonly flag: 'success'; readonly code: string; readonly message: string; readonly value: T }
  | {
      readonly flag: 'failure';
      readonly code: string;
      readonly message: string;
      readonly failures: readonly LineFailure[];
    };

/** Success as the samples of the white paper print it. */
export const qimenSuccess = <T>(value: T): QimenReply<T> => ({
  flag: 'success',
  code: '0',
  message: '',
  value,
});

/** Failure of the call, or of some lines of a batch. */
export const qimenFailure = (
  refusal: ChannelRefusal,
  failures: readonly LineFailure[] = [],
): QimenReply<never> => ({ flag: 'failure', ...refusal, failures });

/** Both directions of both messages of one Qimen interface; bodies are XML documents. */
export type QimenMethod<Received, Sent, Answer> = {
  readonly method: string;
  /** What a request may hold. */
  readonly requestShape: Shape;
  /** What a success holds beside `flag`, `code` and `message`. */
  readonly answerShape: Shape;
  /** Reads a request; a body that does not fit is answered by `code` and `message`. */
  readonly decodeRequest: (body: Buffer) => Result<Received, ChannelRefusal>;
  readonly encodeRequest: (request: Sent) => string;
  readonly encodeReply: (reply: QimenReply<Answer>) => string;
  readonly decodeReply: (body: Buffer) => Result<QimenReply<Answer>, ChannelRefusal>;
};

type Definition<Received, Sent, Answer> = {
  readonly method: string;
  readonly received: Codec<Received>;
  readonly sent: Codec<Sent>;
  readonly answer: Codec<Answer>;
  /**
   * A platform may answer the bare record, without flag, code and message, as the white paper prints
   * store.query (6.1.5). We read that and answer with all three (docs/adr/0036).
   */
  readonly maybeBare?: boolean;
};

/** Builds the four functions of an interface out of the codecs of its messages. */
export function defineQimen<Received, Sent, Answer>(
  definition: Definition<Received, Sent, Answer>,
): QimenMethod<Received, Sent, Answer> {
  return {
    method: definition.method,
    requestShape: definition.received.shape,
    answerShape: definition.answer.shape,
    decodeRequest: (body) => {
      const root = rootOf(body, 'request');
      return root.ok ? refusing(definition.received.decode(root.value, '')) : root;
    },
    encodeRequest: (request) => printXml(definition.sent.encode('request', request)),
    encodeReply: (reply) => printXml(encodeReply(definition, reply)),
    decodeReply: (body) => {
      const root = rootOf(body, 'response');
      return root.ok ? refusing(decodeReply(definition, root.value)) : root;
    },
  };
}

/** An interface that sends what it receives: every one but the inventory uploads. */
export const defineSame = <Request, Answer>(
  method: string,
  request: Codec<Request>,
  answer: Codec<Answer>,
): QimenMethod<Request, Request, Answer> =>
  defineQimen({ method, received: request, sent: request, answer });

const refusing = <T>(result: Result<T, FieldRefusal>): Result<T, ChannelRefusal> =>
  result.ok ? result : err(channelRefusal(result.error));

/** A document whose root has no elements is an empty object: `<request/>`. */
function rootOf(body: Buffer, name: string): Result<WireNode, ChannelRefusal> {
  const document = parseXml(body);
  if (!document.ok) return document;
  const root = document.value;
  if (root.name !== name) {
    return err({ code: 'XML_MALFORMED', message: `root element must be <${name}>` });
  }
  if (root.kind === 'object') return ok(root);
  if (root.text.trim() !== '') return err({ code: 'XML_MALFORMED', message: 'text in the root' });
  return ok(objectNode(name, []));
}

function encodeReply<Received, Sent, Answer>(
  definition: Definition<Received, Sent, Answer>,
  reply: QimenReply<Answer>,
): WireNode {
  const envelope = [
    leaf('flag', reply.flag),
    leaf('code', reply.code),
    leaf('message', reply.message),
  ];
  if (reply.flag === 'failure') {
    return objectNode('response', [...envelope, ...encodeFailures(reply.failures)]);
  }
  const answer = definition.answer.encode('response', reply.value);
  return objectNode('response', [...envelope, ...answer.children]);
}

function decodeReply<Received, Sent, Answer>(
  definition: Definition<Received, Sent, Answer>,
  root: WireNode,
): Result<QimenReply<Answer>, FieldRefusal> {
  const texts = envelopeTexts(root);
  if (!texts.ok) return texts;
  const { flag, code, message } = texts.value;
  if (flag === 'failure') {
    const failures = decodeFailures(root);
    return failures.ok ? ok({ flag, code, message, failures: failures.value }) : failures;
  }
  const bare = definition.maybeBare === true && flag === '';
  if (flag !== 'success' && !bare) {
    return err({ kind: 'INVALID', field: 'flag', reason: 'must be success or failure' });
  }
  const value = definition.answer.decode(root, '');
  return value.ok ? ok({ flag: 'success', code, message, value: value.value }) : value;
}

function envelopeTexts(
  root: WireNode,
): Result<Record<'flag' | 'code' | 'message', string>, FieldRefusal> {
  const texts = { flag: '', code: '', message: '' };
  for (const name of ['flag', 'code', 'message'] as const) {
    const child = childOf(root, name, '');
    if (!child.ok) return child;
    texts[name] = child.value?.text ?? '';
  }
  return ok(texts);
}
