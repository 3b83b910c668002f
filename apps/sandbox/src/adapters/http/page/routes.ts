import { fenFromYuan } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseForm } from '@astrolabe/schemas/top';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExchangeLog } from '../../../domain/exchanges.ts';
import type { Policy, Seller } from '../../../domain/seller.ts';
import { LISTING } from '../control.ts';
import { textOfBody } from '../control-request.ts';
import type { SpiFault, SpiFaults } from '../spi.ts';
import type { RefundNews, Tmall, Trade, TradeLine, TradeNews } from '../tmall.ts';
import { pageOf } from './view.ts';

export type PageDeps = {
  readonly tmall: Tmall;
  readonly sellers: Map<string, Seller>;
  readonly trades: ReadonlyMap<string, Trade>;
  readonly remember: (trade: Trade) => void;
  readonly newTradeId: () => string;
  readonly spiFaults: SpiFaults;
  readonly log: ExchangeLog;
  readonly clock: () => Date;
};

type Fields = ReadonlyMap<string, string>;
type Done = Result<string, string>;

const EXCHANGES_SHOWN = 100;
const TRADES_SHOWN = 20;
const LINES_MAX = 50;
const PIECES_MAX = 1_000_000;
const LATE_MS = 12_000;

/** The sandbox's page, made on the server: it needs no script. Other readers of `/` get the list of calls. */
export function registerPage(app: FastifyInstance, deps: PageDeps): void {
  const { sellers } = deps;
  app.get<{ Querystring: { seller?: string; note?: string; bad?: string } }>(
    '/',
    async ({ headers, query }, reply) => {
      if (headers.accept?.includes('text/html') !== true) return LISTING;
      const all = [...sellers.values()];
      const seller = sellers.get(query.seller ?? '') ?? all[0];
      const note =
        query.note === undefined ? null : { text: query.note, isBad: query.bad !== undefined };
      const trades = [...deps.trades.values()].slice(-TRADES_SHOWN).toReversed();
      const exchanges = deps.log.latest(EXCHANGES_SHOWN);
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      const page = pageOf({ sellers: all, seller, trades, exchanges, note });
      return await reply.type('text/html;charset=utf-8').send(page);
    },
  );
  const form = (path: string, work: (seller: Seller, fields: Fields) => Promise<Done>): void => {
    app.post(path, async (request, reply) => {
      const fields = fieldsOf(request);
      const seller = sellers.get(fields.get('sellerId') ?? '');
      const done = seller ? await work(seller, fields) : err('there is no such seller');
      return await back(reply, seller?.sellerId ?? '', done);
    });
  };
  form('/page/trade', async (seller, fields) => await pay(deps, seller, fields));
  form('/page/later', async (seller, fields) => await later(deps, seller, fields));
  form('/page/answers', async (seller, fields) => answers(deps, seller, fields));
}

function fieldsOf(request: FastifyRequest): Fields {
  const form = parseForm(textOfBody(request));
  return form.ok ? form.value : new Map();
}

/** Shows the page again, so that a reload repeats nothing. */
async function back(reply: FastifyReply, seller: string, done: Done): Promise<FastifyReply> {
  const note = done.ok ? { note: done.value } : { note: done.error, bad: '' };
  const query = new URLSearchParams({ seller, ...note }).toString();
  return await reply.redirect(`/?${query}`, 303);
}

/** `9001 70001 SKU-A 2 100.00`, one line of a trade each. */
function linesOf(text: string, tid: string): Result<TradeLine[], string> {
  const rows = text.split('\n').filter((row) => row.trim() !== '');
  if (rows.length === 0 || rows.length > LINES_MAX) return err(`1 to ${LINES_MAX} lines`);
  const lines: TradeLine[] = [];
  for (const [index, row] of rows.entries()) {
    const [itemId = '', skuId = '', outerId = '', pieces = '', yuan = '', ...more] = row
      .trim()
      .split(/\s+/);
    const num = Number(pieces);
    const price = fenFromYuan(yuan);
    const areIds = /^\d{1,19}$/.test(itemId) && /^\d{1,19}$/.test(skuId) && more.length === 0;
    const isNumber = Number.isInteger(num) && num >= 1 && num <= PIECES_MAX;
    if (!areIds || !isNumber || !price.ok)
      return err(`“${row}” is no line: 9001 70001 SKU-A 2 100.00`);
    // Numbers of trades are even, so that these are nobody else's.
    const oid = String(BigInt(tid) * 100n + BigInt(index) * 2n + 1n);
    lines.push({ oid, itemId, skuId, outerId, num, priceFen: price.value });
  }
  return ok(lines);
}

async function pay(deps: PageDeps, seller: Seller, fields: Fields): Promise<Done> {
  const tid = deps.newTradeId();
  const lines = linesOf(fields.get('lines') ?? '', tid.slice(-16));
  if (!lines.ok) return lines;
  const collectStore = fields.get('collectStore') ?? '';
  if (!/^\d{0,19}$/.test(collectStore)) return err('a store is a number');
  const trade: Trade = {
    tid,
    lines: lines.value,
    paidAt: deps.clock(),
    ...(collectStore !== '' && { collectStore }),
  };
  const isForged = fields.get('signature') === 'wrong';
  const tmall = { ...seller.keys.tmall, secret: 'another-secret' };
  const sender = isForged ? { ...seller, keys: { ...seller.keys, tmall } } : seller;
  if (!isForged) deps.remember(trade);
  const times = Math.min(Math.max(Number(fields.get('times')) || 1, 1), 3);
  const answers: string[] = [];
  for (let time = 0; time < times; time += 1) {
    const { taken, response } = await deps.tmall.tell(sender, trade, 'paid');
    answers.push(taken ? 'taken' : `refused: ${response}`);
  }
  const said = `Trade ${tid} was told: ${answers.join(', ')}.`;
  return answers.every((answer) => answer === 'taken') ? ok(said) : err(said);
}

const NEWS: readonly TradeNews[] = ['paid', 'shipped', 'closed'];
const REFUNDS: Readonly<Record<string, RefundNews>> = {
  'refund-asked': 'asked',
  'refund-withdrawn': 'withdrawn',
  'refund-paid-back': 'paid-back',
};

async function later(deps: PageDeps, seller: Seller, fields: Fields): Promise<Done> {
  const [tid = '', oid = ''] = (fields.get('subOrder') ?? '').split('/');
  const trade = deps.trades.get(tid);
  if (!trade) return err(`trade ${tid} was not paid here`);
  const what = fields.get('what') ?? '';
  const news = NEWS.find((one) => one === what);
  if (news) {
    const { taken, response } = await deps.tmall.tell(seller, trade, news);
    return ok(`Trade ${tid}, ${news}: ${taken ? 'taken' : response}.`);
  }
  const refund = Object.hasOwn(REFUNDS, what) ? REFUNDS[what] : undefined;
  const amount = fenFromYuan(fields.get('amount') ?? '');
  if (!refund || !amount.ok) return err('a refund has an amount of yuan, e.g. 100.00');
  const asked = { oid, amountFen: amount.value, news: refund };
  const { response } = await deps.tmall.tellRefund(seller, trade, asked);
  return ok(`Refund of ${oid}, ${refund}: ${response}.`);
}

const POLICIES: readonly Policy[] = ['manual', 'auto-accept', 'auto-complete'];
const FAULTS: Readonly<Record<string, SpiFault>> = {
  '503': { kind: 'status', status: 503 },
  '429': { kind: 'status', status: 429 },
  late: { kind: 'late', ms: LATE_MS },
  lost: { kind: 'lost' },
};

function answers({ sellers, spiFaults }: PageDeps, seller: Seller, fields: Fields): Done {
  const policy = POLICIES.find((one) => one === fields.get('policy')) ?? seller.policy;
  sellers.set(seller.sellerId, { ...seller, policy });
  const name = fields.get('fault') ?? '';
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  spiFaults.set(seller.sellerId, fault ? [fault] : []);
  return ok(`The POS is ${policy}; its next answer: ${fault ? name : 'as it should be'}.`);
}
