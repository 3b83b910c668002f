import { NotNow, RefusedHere, TRY_AGAIN, refusalOfPeer, settled } from '@astrolabe/door';
import type { Result } from '@astrolabe/kernel';
import { encodeGovReply, tellInOwnNames } from '@astrolabe/schemas/govmall';
import type { GovMethod, GovNames, GovTelling } from '@astrolabe/schemas/govmall';
import type { XmlNode as WireNode } from '@astrolabe/schemas/wire';
import { isUnavailable } from '@astrolabe/service';
import type { Caller } from '../../application/ports.ts';
import { refusalWords } from '../../domain/refusal-words.ts';

/** What a row's work came to, for the figures, and the answer as it goes out. */
export type Told = { readonly verdict: string; readonly body: Buffer | string };

/** One interface of the mall's behind a token. */
export type Row = {
  readonly name: string;
  readonly path: string;
  /** It changes nothing, and may begin before it is sure who asks. */
  readonly isRead?: true;
  /** `names` are those that the answer's fields have at this mall. */
  readonly answer: (params: WireNode, caller: Caller, names: GovNames) => Promise<Told>;
};

/** An answer, and a hint beside it. */
export type Answer<T> = { readonly result: T; readonly desc?: string };

export const failure = (desc: string): string => encodeGovReply({ success: false, desc });

/** Ends the work of a row: the mall is told why. */
export function refuse(desc: string): never {
  throw new RefusedHere({ code: 'isv.refused', message: desc });
}

/** The value, or the refusal for the mall. */
export function orRefuse<T>(result: Result<T, string>): T {
  return result.ok ? result.value : refuse(result.error);
}

/**
 * A row: reads its parameters, works, and writes the result. What a peer refuses is told; what it did not
 * decide is thrown. `notes` has what was shortened in reading.
 */
export const govRow = <Request, Result>(
  method: GovMethod<Request, Result>,
  work: Work<Request, Result>,
): Row => govRowPrintedBy(method, work, method.encodeAnswer);

type Work<Request, Result> = (
  request: Request,
  caller: Caller,
  read: {
    readonly notes: readonly string[];
    readonly params: WireNode;
    readonly names: GovNames;
  },
) => Promise<Answer<Result>>;

/** A row that changes nothing. */
export const reading = (row: Row): Row => ({ ...row, isRead: true });

/** A row whose answer another one than the method's codec prints, from what is printed already. */
export const govRowPrintedBy = <Request, Result>(
  method: Pick<GovMethod<Request, unknown>, 'name' | 'path' | 'decodeRequest'>,
  work: Work<Request, Result>,
  print: (result: Result, telling: GovTelling) => Buffer | string,
): Row => ({
  name: method.name,
  path: method.path,
  answer: async (params, caller, names) => {
    const notes: string[] = [];
    const decoded = method.decodeRequest(inFamilyWords(params, caller), notes);
    if (!decoded.ok) {
      const desc = tellInOwnNames(decoded.error.message, names);
      return { verdict: 'MALFORMED', body: failure(desc) };
    }
    try {
      const { result, desc } = await work(decoded.value, caller, { notes, params, names });
      const moneyAs = caller.moneyAsText ? 'text' : 'number';
      const telling = { moneyAs, names, ...(desc === undefined ? {} : { desc }) } as const;
      return { verdict: 'ANSWERED', body: print(result, telling) };
    } catch (error) {
      // A method that a peer does not have, in a rolling upgrade, is decided by nobody.
      if (isUnavailable(error)) throw new NotNow(TRY_AGAIN);
      const desc = refusalWords(settled(refusalOfPeer(error)));
      return { verdict: 'REFUSED', body: failure(tellInOwnNames(desc, names)) };
    }
  },
});

/** Numbers that this mall alone uses, as the family has them. */
const inFamilyWords = (params: WireNode, { wireWords }: Caller): WireNode =>
  wireWords.size === 0
    ? params
    : {
        ...params,
        children: params.children.map((child) => {
          const word = wireWords.get(`${child.name}=${child.text.trim()}`);
          return word === undefined ? child : { ...child, text: word };
        }),
      };
