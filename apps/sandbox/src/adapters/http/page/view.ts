import type { Exchange } from '../../../domain/exchanges.ts';
import type { Seller } from '../../../domain/seller.ts';
import type { Trade } from '../tmall.ts';
import { NOTHING, html } from './html.ts';
import type { Html } from './html.ts';
import { STYLE } from './style.ts';

export type View = {
  readonly sellers: readonly Seller[];
  readonly seller: Seller | undefined;
  /** The newest first. */
  readonly trades: readonly Trade[];
  /** The newest first. */
  readonly exchanges: readonly Exchange[];
  readonly note: { readonly text: string; readonly isBad: boolean } | null;
};

/** The sandbox's page: what can be done, and what was on the wire. */
export function pageOf(view: View): string {
  const { seller, note } = view;
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Astrolabe sandbox</title>
        <style>
          ${{ html: STYLE }}
        </style>
      </head>
      <body>
        <header>
          <h1>Sandbox 星盘</h1>
          <p>
            Plays Tmall, the stores’ POS and the platforms upstream. Every call is real, and stands
            below.
          </p>
        </header>
        ${
          note
            ? html`<p class="note${note.isBad ? ' bad' : ''}" role="status">${note.text}</p>`
            : NOTHING
        }
        <main>
          <div class="tools">
            ${sellerForm(view)}
            ${seller ? [tradeForm(seller), laterForm(seller, view.trades), answerForm(seller)] : []}
          </div>
          <section aria-labelledby="wire">
            <h2 id="wire">On the wire</h2>
            ${exchangesOf(view.exchanges)}
          </section>
        </main>
      </body>
    </html>`;
  return body.html;
}

const hidden = ({ sellerId }: Seller): Html =>
  html`<input type="hidden" name="sellerId" value="${sellerId}" />`;

const option = (value: string, label: string, isChosen = false): Html =>
  isChosen
    ? html`<option value="${value}" selected>${label}</option>`
    : html`<option value="${value}">${label}</option>`;

function sellerForm({ sellers, seller }: View): Html {
  if (sellers.length === 0) {
    return html`<section>
      <h2>No seller yet</h2>
      <p class="empty">
        npm start makes one known; another one comes by PUT /control/config (see the README).
      </p>
    </section>`;
  }
  const options = sellers.map(({ sellerId, nick }) =>
    option(sellerId, `${nick} ${sellerId}`, sellerId === seller?.sellerId),
  );
  return html`<form method="get" action="/">
    <label
      >Seller
      <select name="seller">
        ${options}
      </select></label
    >
    <button class="second">Show</button>
  </form>`;
}

const tradeForm = (seller: Seller): Html =>
  html`<form method="post" action="/page/trade">
    <h2>A buyer pays a trade</h2>
    ${hidden(seller)}
    <label>
      Lines: item, SKU, code, pieces, yuan each
      <textarea name="lines" required>9001 70001 SKU-A 2 100.00</textarea>
    </label>
    <div class="pair">
      <label>Collected at store (id) <input name="collectStore" inputmode="numeric" /></label>
      <label>
        Told
        <select name="times">
          ${[option('1', 'once'), option('2', 'twice'), option('3', 'three times')]}
        </select>
      </label>
    </div>
    <label>
      Signature
      <select name="signature">
        ${[option('right', 'right'), option('wrong', 'wrong: another secret')]}
      </select>
    </label>
    <button>Pay</button>
  </form>`;

function laterForm(seller: Seller, trades: readonly Trade[]): Html {
  if (trades.length === 0) return NOTHING;
  const subOrders = trades.flatMap(({ tid, lines }) =>
    lines.map(({ oid, outerId, num }) => option(`${tid}/${oid}`, `${tid} · ${outerId} × ${num}`)),
  );
  return html`<form method="post" action="/page/later">
    <h2>What happens to it later</h2>
    ${hidden(seller)}
    <label
      >Trade and line
      <select name="subOrder">
        ${subOrders}
      </select></label
    >
    <label>Refund, yuan <input name="amount" inputmode="decimal" value="100.00" /></label>
    <div class="row">
      <button name="what" value="refund-asked">Refund asked</button>
      <button name="what" value="refund-withdrawn" class="second">Withdrawn</button>
      <button name="what" value="refund-paid-back" class="second">Paid back</button>
      <button name="what" value="paid" class="second">Told again</button>
      <button name="what" value="shipped" class="second">Shipped</button>
      <button name="what" value="closed" class="second">Closed</button>
    </div>
  </form>`;
}

const answerForm = (seller: Seller): Html =>
  html`<form method="post" action="/page/answers">
    <h2>How we answer</h2>
    ${hidden(seller)}
    <label>
      The POS, to allocations (it is ${seller.policy} now)
      <select name="policy">
        ${['manual', 'auto-accept', 'auto-complete'].map((policy) =>
          option(policy, policy, policy === seller.policy),
        )}
      </select>
    </label>
    <label>
      The platform’s next call to the POS
      <select name="fault">
        ${[
          option('', 'as it should be'),
          option('503', '503'),
          option('429', '429'),
          option('late', 'after 12 seconds'),
          option('lost', 'heard, but the answer is lost'),
        ]}
      </select>
    </label>
    <button class="second">Set</button>
  </form>`;

function exchangesOf(exchanges: readonly Exchange[]): Html {
  if (exchanges.length === 0) {
    return html`<p class="empty">Nothing yet. Pay a trade, and see it here.</p>`;
  }
  return { html: exchanges.map((one) => exchangeOf(one).html).join('') };
}

const block = (title: string, text: string): Html =>
  html`<h3>${title}</h3>
    <pre>${text}</pre>`;

function exchangeOf(exchange: Exchange): Html {
  const { at, party, direction, method, request, response, signed, rule, tookMs } = exchange;
  const isOurs = direction === 'to-platform';
  const way = isOurs ? `${party} → platform` : `platform → ${party}`;
  return html`<details class="exchange">
    <summary>
      <span class="way ${isOurs ? 'to' : 'from'}">${way}</span>
      <span class="method">${method}</span>
      <time datetime="${at}">${at.slice(11, 23)}</time>
      <span class="took">${tookMs} ms</span>
    </summary>
    <div class="wire">
      ${block('Request', request)}
      ${signed === undefined ? NOTHING : block(`Text that was signed: ${rule ?? ''}`, signed)}
      ${block('Answer', response === '' ? '(nothing)' : response)}
    </div>
  </details>`;
}
