import { formatShanghai } from '@astrolabe/kernel';
import type { Certificate, InterfaceCheck } from '../../../domain/kit.ts';
import { NOTHING, html } from '../page/html.ts';
import type { Html } from '../page/html.ts';

const VERDICTS = { passed: '通过 Passed', failed: '未通过 Failed' } as const;

/** The interface test report as a page to print: one row for each interface, then what was on the wire. */
export function reportPage(certificate: Certificate, at: Date): string {
  const { interfaces, sellerId, verdict } = certificate;
  const passed = interfaces.filter((one) => one.verdict === 'passed').length;
  const page = html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>网上商城接口测试报告</title>
        <style>
          ${{ html: STYLE }}
        </style>
      </head>
      <body>
        <header>
          <h1>网上商城接口测试报告 <small>Interface test report</small></h1>
          <dl>
            ${fact('对接标准 Standard', '天津市政府采购中心 网上商城系统对接标准（文档 004）')}
            ${fact('商家 Seller', sellerId)}
            ${fact('时间 Time', `${formatShanghai(at)}（北京时间）`)}
            ${fact('接口 Interfaces', `${passed} / ${interfaces.length} 通过`)}
            ${fact('结论 Verdict', VERDICTS[verdict])}
          </dl>
        </header>
        <main>
          ${interfaces.length === 0 ? NOT_ASKED : html`${table(interfaces)} ${wire(interfaces)}`}
        </main>
      </body>
    </html>`;
  return page.html;
}

const NOT_ASKED = html`<p>没有测试接口。 No interface was tested.</p>`;

const fact = (name: string, value: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

const need = ({ isOptional }: InterfaceCheck): string =>
  isOptional ? '非必需 Optional' : '必需 Required';

const verdictOf = ({ verdict }: InterfaceCheck): Html =>
  html`<span class="${verdict}">${VERDICTS[verdict]}</span>`;

const table = (interfaces: readonly InterfaceCheck[]): Html =>
  html`<table>
    <thead>
      <tr>
        <th>编号 No.</th>
        <th>接口 Interface</th>
        <th>类别 Kind</th>
        <th>结论 Verdict</th>
        <th>说明 Seen</th>
        <th>毫秒 ms</th>
      </tr>
    </thead>
    <tbody>
      ${interfaces.map(
        (one) =>
          html`<tr>
            <td><a href="#${one.name}">${one.number}</a></td>
            <td>${one.title} <code>${one.name}</code></td>
            <td>${need(one)}</td>
            <td>${verdictOf(one)}</td>
            <td>${one.says}</td>
            <td class="figure">${one.tookMs}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

const wire = (interfaces: readonly InterfaceCheck[]): Html =>
  html`<h2>请求与应答 <small>Requests and answers</small></h2>
    ${interfaces.map(
      (one) =>
        html`<section id="${one.name}">
          <h3>${one.number} ${one.title} ${verdictOf(one)}</h3>
          <h4>请求 Request</h4>
          <pre>${one.request}</pre>
          <h4>应答 Answer${one.status > 0 ? html` <small>HTTP ${one.status}</small>` : NOTHING}</h4>
          <pre>${one.answer}</pre>
        </section>`,
    )}`;

const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 24px; color: #1b2430; background: #fff;
  font: 14px/1.5 system-ui, 'Noto Sans CJK SC', sans-serif; }
h1 { margin: 0 0 12px; font-size: 22px; } h2 { margin: 28px 0 8px; font-size: 17px; }
h3 { margin: 0 0 4px; font-size: 15px; } h4 { margin: 8px 0 3px; font-size: 12px; color: #5b6675; font-weight: 600; }
small { color: #5b6675; font-weight: 400; font-size: .75em; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 8px 20px; margin: 0 0 20px; }
dt { color: #5b6675; font-size: 12px; } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
main { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 5px 8px; border: 1px solid #d9dee5; text-align: left; vertical-align: top; }
th { background: #f1f4f7; font-size: 12px; } td { overflow-wrap: break-word; } .figure { text-align: right; }
code { display: block; color: #5b6675; font-size: 12px; }
.passed { color: #1b6e3c; white-space: nowrap; } .failed { color: #b3261e; font-weight: 600; white-space: nowrap; }
section { margin: 0 0 14px; padding: 10px 12px; border: 1px solid #d9dee5; border-radius: 6px; }
pre { margin: 0; padding: 8px; background: #f4f6f8; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12px/1.45 ui-monospace, 'Noto Sans Mono CJK SC', monospace; }
@media (max-width: 600px) { body { padding: 12px; font-size: 13px; } th:nth-child(6), td:nth-child(6) { display: none; }
  .passed, .failed { white-space: normal; } th, td { padding: 4px 5px; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } thead { display: table-header-group; }
  tr, section { break-inside: avoid; } a { color: inherit; text-decoration: none; } }
@page { size: A4; margin: 15mm; }
`;
