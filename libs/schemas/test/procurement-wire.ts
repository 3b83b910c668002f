import type { ProcurementMethod, ProcurementReply } from '../src/procurement/index.ts';

/** An id that a number of JavaScript would round. */
export const ID = '9007199254740993';

/** The wire's JSON: ids as numbers, which a JSON of JavaScript would round. */
export const json = (value: unknown) => JSON.stringify(value).replaceAll(`"${ID}"`, ID);

/** What a method reads of an answer that has succeeded. */
export const answered = <T>(
  method: Pick<ProcurementMethod<never, T>, 'decodeAnswer'>,
  data: unknown,
): ProcurementReply<T> => method.decodeAnswer(Buffer.from(json({ success: true, data })));
