import { GOV_METHODS } from '@astrolabe/schemas/govmall';
import type { Trials } from '../../../domain/kit.ts';
import { forged, must } from './bench.ts';
import type { Bench } from './bench.ts';
import type { InterfaceReport } from './interface-report.ts';
import { MallPlay } from './mall-play.ts';
import { buy, preOrderOf, seeGoods } from './mall-tour.ts';

const { submit, confirm, cancel, select } = GOV_METHODS;
const ASKS_ONLY = { notApplicable: 'the mall asks, and is asked for nothing' };

/** A government mall (document 004) calls the seller: all 27 interfaces, and what goes wrong between the two. */
export function mallTrials(bench: Bench, report: InterfaceReport): Trials {
  const { mall, seller, clock, newTradeId } = bench;
  const play = new MallPlay(bench, report);
  const newNumber = (): string => `CERT-${newTradeId()}`;
  const ordered = async (mallOrderNo: string): Promise<string> =>
    (await play.must(submit, preOrderOf(mallOrderNo, 1n))).orderNo;
  return {
    'good call': async () => {
      await play.signIn();
      await seeGoods(play);
      await buy(play, newNumber(), clock());
      const checks = report.checks();
      const wrong = checks.filter(({ verdict }) => verdict === 'failed');
      const named = wrong.map(({ number, name, says }) => `${number} ${name}: ${says}`).join('; ');
      must(wrong.length === 0, named);
      const numbers = new Set(checks.map(({ number }) => number)).size;
      return `${numbers} interfaces under ${checks.length} paths`;
    },
    duplicates: async () => {
      const no = newNumber();
      const all = await Promise.all([1, 2, 3].map(() => ordered(no)));
      must(new Set(all).size === 1, `three calls, orders ${all.join()}`);
      const different = await play.ask(submit, preOrderOf(no, 2n));
      must(!different.answer.ok, 'the same number with other contents was taken');
      await play.must(cancel, { orderNo: all[0] ?? '' });
      return `three calls with one number are the order ${all[0]}, other contents are refused`;
    },
    reordering: async () => {
      const orderNo = await ordered(newNumber());
      await play.must(cancel, { orderNo });
      const late = await play.ask(confirm, { orderNo });
      must(!late.answer.ok, 'an order that was cancelled was confirmed');
      return `confirmed after it was cancelled, the order ${orderNo} stays cancelled`;
    },
    loss: async () => {
      const no = newNumber();
      // The answer is not read; all that the mall has is its own number.
      await play.ask(submit, preOrderOf(no, 1n));
      await play.must(confirm, { orderNo: no });
      await play.must(confirm, { orderNo: no });
      const cancelled = await play.ask(cancel, { orderNo: no });
      must(!cancelled.answer.ok, 'an order that was confirmed was cancelled');
      const { orderNo, confirmed } = await play.must(select, { orderNo: no });
      must(confirmed, `the order ${orderNo} is not confirmed`);
      return `without our number, ${no} was confirmed, twice with one effect, as ${orderNo}`;
    },
    'late answer': ASKS_ONLY,
    '429': ASKS_ONLY,
    '503 then success': ASKS_ONLY,
    'wrong signature': async () => {
      const { told, granted } = await play.tokenWith(forged(seller.spi).secret);
      must(!granted.ok, `it was answered ${told.shown}`);
      must(!told.shown.includes('access_token"'), 'there is a token in the refusal');
      return `refused: ${told.shown}`;
    },
    'misspelled topic': async () => {
      const told = await mall.call('misspelled', `${submit.path}s`, '');
      must(told.shown.includes('"success":false'), `it was answered ${told.status} ${told.shown}`);
      return `answered ${told.status} ${told.shown}`;
    },
  };
}
