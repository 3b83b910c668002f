import { refusalOfPeer, settled } from '@astrolabe/door';
import type { Answered } from '@astrolabe/door';
import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { qimenFailure, qimenSuccess } from '@astrolabe/schemas/qimen';
import type { QimenMethod } from '@astrolabe/schemas/qimen';
import type { ChannelRefusal, Shape } from '@astrolabe/schemas/wire';
import type { FailedLine } from '../../application/upload-stock.ts';
import { USUAL_BODY_BYTES } from '../body-limits.ts';
import type { Caller } from '../caller.ts';

/** What a method's work comes to. */
export type Worked<Answer> =
  | { kind: 'done'; answer: Answer }
  | { kind: 'refused'; refusal: ChannelRefusal }
  | { kind: 'lines'; failed: readonly FailedLine[]; answer: Answer };

/** A decoded request, ready to run. */
export type Prepared = {
  /** The trade that the request is about, when it is about one. */
  tradeId: string | null;
  /** It changes nothing, so it is neither kept nor answered from the record. */
  readOnly: boolean;
  /** Runs the request; the answer as it goes out. Throws NotNow when it cannot be answered now. */
  run: () => Promise<Answered>;
};

/** A method of Qimen that the gateway serves: reads a body, or refuses it in the method's own form. */
export type Served = {
  name: string;
  /** What a request and a success may hold. */
  shapes: { request: Shape; answer: Shape };
  bodyBytesMax: number;
  prepare: (body: Buffer, caller: Caller) => Result<Prepared, string>;
  /** A refusal before the body was read. */
  refuse: (refusal: ChannelRefusal) => string;
};

/** One row of Qimen's table: a wire method, its rules, and the work that answers it. */
export function qimenRow<Received, Sent, Answer>(
  wire: QimenMethod<Received, Sent, Answer>,
  method: {
    /** The seller that the body itself names, which must be the caller's. */
    sellerOf?: (request: Received) => string;
    /** The trade of a request that is about one. */
    tradeOf?: (request: Received) => string;
    /** Why a request is refused before it is kept; null: it is not. */
    refusalOf?: (request: Received) => ChannelRefusal | null;
    readOnly?: true;
    bodyBytesMax?: number;
    work: (request: Received, caller: Caller) => Promise<Worked<Answer>>;
  },
): Served {
  const refuse = (refusal: ChannelRefusal) => wire.encodeReply(qimenFailure(refusal));
  return {
    name: wire.method,
    shapes: { request: wire.requestShape, answer: wire.answerShape },
    bodyBytesMax: method.bodyBytesMax ?? USUAL_BODY_BYTES,
    refuse,
    prepare: (body, caller) => {
      const decoded = wire.decodeRequest(body);
      if (!decoded.ok) return err(refuse(decoded.error));
      const request = decoded.value;
      const named = method.sellerOf?.(request);
      if (named !== undefined && named !== caller.sellerId) {
        const message = 'the body names another seller than customerId';
        return err(refuse({ code: 'isv.invalid-parameter', message }));
      }
      const refusal = method.refusalOf?.(request);
      if (refusal) return err(refuse(refusal));
      return ok({
        tradeId: method.tradeOf?.(request) ?? null,
        readOnly: method.readOnly ?? false,
        run: async () => encode(wire, await worked(method.work(request, caller))),
      });
    },
  };
}

async function worked<Answer>(work: Promise<Worked<Answer>>): Promise<Worked<Answer>> {
  try {
    return await work;
  } catch (error) {
    return { kind: 'refused', refusal: settled(refusalOfPeer(error)) };
  }
}

function encode<Received, Sent, Answer>(
  wire: QimenMethod<Received, Sent, Answer>,
  result: Worked<Answer>,
): Answered {
  switch (result.kind) {
    case 'done':
      return { body: wire.encodeReply(qimenSuccess(result.answer)), isDone: true };
    case 'refused':
      return { body: wire.encodeReply(qimenFailure(result.refusal)), isDone: false };
    case 'lines': {
      if (result.failed.length === 0) {
        return { body: wire.encodeReply(qimenSuccess(result.answer)), isDone: true };
      }
      const failures = result.failed.map(({ billNum, description }) => ({
        description,
        billNums: [billNum],
      }));
      const message = `${result.failed.length} line(s) failed, the others are applied`;
      const refusal = { code: 'isv.lines-failed', message };
      return { body: wire.encodeReply(qimenFailure(refusal, failures)), isDone: false };
    }
  }
}

/** A row whose answer is what the work gives. */
export const relayRow = <Received, Sent, Answer>(
  wire: QimenMethod<Received, Sent, Answer>,
  work: (request: Received, caller: Caller) => Promise<Answer>,
  rules: Pick<
    Parameters<typeof qimenRow<Received, Sent, Answer>>[1],
    'readOnly' | 'bodyBytesMax'
  > = {},
): Served =>
  qimenRow(wire, {
    ...rules,
    work: async (request, caller) => ({ kind: 'done', answer: await work(request, caller) }),
  });
