import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { printForm } from '../top/form.ts';
import { printJson } from '../json/write.ts';
import type { Codec, Notes, Shape } from '../wire/codec.ts';
import { list, record, refusalText, required } from '../wire/codec.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import type { WireNode } from '../wire/tree.ts';
import type { ByteText, GovTelling } from './reply.ts';
import { govRefusal } from './refusal.ts';
import { decodeGovReply, encodeGovNode, govEntryBytes } from './reply.ts';

/** One of the interfaces of document 004, both ways. */
export type GovMethod<Request, Answer> = {
  /** The document's number, e.g. `2.12.1`. */
  readonly number: string;
  /** Our name of it; what a configuration that moves it says. */
  readonly name: string;
  /** Where the public family has it; the document names no paths. */
  readonly path: string;
  readonly requestShape: Shape;
  readonly answerShape: Shape;
  /** As a form; lists and structures are JSON texts in it. */
  readonly encodeRequest: (request: Request, accessToken?: string) => string;
  /** `notes` receives what was shortened or left out. */
  readonly decodeRequest: (params: WireNode, notes?: Notes) => Result<Request, ChannelRefusal>;
  readonly encodeAnswer: (answer: Answer, telling?: GovTelling) => string;
  /** The result, or the reason why there is none. */
  readonly decodeAnswer: (body: Buffer) => Result<Answer, string>;
};

type Definition<Request, Answer> = {
  readonly number: string;
  readonly name: string;
  readonly path: string;
  readonly request: Codec<Request>;
  /** What lies under `result`. */
  readonly answer: Codec<Answer>;
};

/** Defines an interface by its request and its result. */
export function govMethod<Request, Answer>(
  definition: Definition<Request, Answer>,
): GovMethod<Request, Answer> {
  const { number, name, path, request, answer } = definition;
  const body = record({ result: required('result', answer) });
  return {
    number,
    name,
    path,
    requestShape: request.shape,
    answerShape: answer.shape,
    encodeRequest: (value, accessToken) => {
      const fields = request
        .encode('', value)
        .children.map((node) => [node.name, fieldOf(node)] as const);
      const token = accessToken === undefined ? [] : [['access_token', accessToken] as const];
      return printForm(new Map([...token, ...fields]));
    },
    decodeRequest: (params, notes) => {
      const read = request.decode(params, '', notes);
      return read.ok ? read : err(govRefusal(read.error));
    },
    encodeAnswer: (value, telling) => encodeGovNode(answer.encode('result', value), telling),
    decodeAnswer: (bytes) => {
      const reply = decodeGovReply(bytes);
      if (!reply.ok) return reply;
      if (!reply.value.success) return err(reply.value.desc);
      const read = body.decode(reply.value.body, '');
      return read.ok ? ok(read.value.result) : err(refusalText(read.error));
    },
  };
}

/** An interface whose result is a list; its entries may be printed one by one, and put together later. */
export type GovListMethod<Request, Entry> = GovMethod<Request, readonly Entry[]> & {
  readonly encodeEntry: (entry: Entry, telling?: GovTelling) => ByteText;
};

/** Defines an interface by its request and the entries of its result. */
export function govListMethod<Request, Entry>({
  entry,
  entryName,
  ...definition
}: Omit<Definition<Request, Entry>, 'answer'> & {
  readonly entry: Codec<Entry>;
  readonly entryName: string;
}): GovListMethod<Request, Entry> {
  return {
    ...govMethod({ ...definition, answer: list(entryName, entry) }),
    encodeEntry: (value, telling) => govEntryBytes(entry.encode(entryName, value), telling),
  };
}

const fieldOf = (node: WireNode): string =>
  node.kind === 'object' || node.kind === 'list' ? printJson(node) : node.text;
