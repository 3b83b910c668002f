import { ONE_PIECE, piecesFromMilli } from '@astrolabe/kernel';
import { updateItems } from '@astrolabe/schemas/qimen';
import type { Trials } from '../../../domain/kit.ts';
import { forged, must } from './bench.ts';
import type { Bench } from './bench.ts';
import type { Merchant } from './merchant.ts';

const NEVER_CALLED = { notApplicable: 'the platform never calls the merchant over this channel' };
const MINUTE_MS = 60_000;

/** The merchant's system calls by Qimen (document 003): stock that is reported counts once, whatever happens. */
export function qimenTrials({ seller, clock }: Bench, merchant: Merchant): Trials {
  const before = (ms: number): Date => new Date(clock().getTime() - ms);
  const change = async (billNum: string, pieces: bigint, at: Date): Promise<boolean> => {
    const place = await merchant.store();
    const xml = merchant.changeXml(place, billNum, pieces * ONE_PIECE, at);
    return merchant.isSuccess(await merchant.call(updateItems.method, xml));
  };
  /** Does something and says by how much the store's stock has changed, in pieces. */
  const grownBy = async (work: () => Promise<void>): Promise<string> => {
    const place = await merchant.store();
    const from = await merchant.stockAt(place);
    await work();
    return piecesFromMilli((await merchant.stockAt(place)) - from);
  };
  const refused = async (answer: { response: string }, what: string): Promise<string> => {
    must(
      answer.response.includes('<flag>failure</flag>'),
      `${what} was answered ${answer.response}`,
    );
    return `refused: ${/<message>([^<]*)</.exec(answer.response)?.[1] ?? ''}`;
  };
  return {
    'good call': async () => {
      const place = await merchant.store();
      return `store ${place.id} has ${piecesFromMilli(await merchant.stockAt(place))} pieces`;
    },
    duplicates: async () => {
      const at = clock();
      const grown = await grownBy(async () => {
        for (let times = 0; times < 3; times += 1) {
          must(await change('CERT-D', 5n, at), 'the same bill was refused');
        }
      });
      must(grown === '5', `a bill of 5 pieces that came three times counts ${grown}`);
      return 'one bill of 5 pieces came three times and counts 5';
    },
    reordering: async () => {
      const grown = await grownBy(async () => {
        must(await change('CERT-R2', 2n, before(0)), 'the later bill was refused');
        must(await change('CERT-R1', 3n, before(MINUTE_MS)), 'the earlier bill was refused');
      });
      must(grown === '5', `bills of 2 and 3 pieces, the later first, count ${grown}`);
      return 'bills of 2 and 3 pieces, the later first, count 5';
    },
    loss: NEVER_CALLED,
    'late answer': NEVER_CALLED,
    '429': NEVER_CALLED,
    '503 then success': NEVER_CALLED,
    'wrong signature': async () => {
      const place = await merchant.store();
      const xml = merchant.changeXml(place, 'CERT-X', 9n * ONE_PIECE, clock());
      const key = forged(seller.keys.erp);
      let said = '';
      const grown = await grownBy(async () => {
        const answer = await merchant.call(updateItems.method, xml, key);
        said = await refused(answer, 'a wrong signature');
      });
      must(grown === '0', `what was signed wrongly counts ${grown}`);
      return said;
    },
    'misspelled topic': async () => {
      const place = await merchant.store();
      const xml = merchant.changeXml(place, 'CERT-M', 9n * ONE_PIECE, clock());
      let said = '';
      const grown = await grownBy(async () => {
        const answer = await merchant.call(`${updateItems.method}s`, xml);
        said = await refused(answer, 'an unknown method');
      });
      must(grown === '0', `an unknown method counts ${grown}`);
      return said;
    },
  };
}
