import type { Command } from '../command.ts';
import { UsageError, required } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';
import { connectMall, putMallAccount } from './certification-mall.ts';
import { whilePeopleWork } from './certification-people.ts';
import { newSeller, prepareSeller, putKeys } from './certification-seller.ts';
import type { CertificationSeller } from './certification-seller.ts';
import { connectProcurement } from './certification-supplier.ts';
import { reportText } from './interface-report.ts';
import type { InterfaceCheck } from './interface-report.ts';
import { control, controlText } from './sandbox-control.ts';

/** Channels whose connector can be certified. */
const CHANNELS: readonly string[] = ['tmall', 'qimen', 'fenxiao', 'till', '1688', 'govmall'];
/** Forms in which the interface test report of a mall is printed. */
const FORMS: readonly string[] = ['text', 'json', 'html'];
/** Ten minutes: trials wait for what a platform does by itself. */
const ASKS_MAX = 60;

type Finding = {
  readonly trial: string;
  readonly verdict: string;
  readonly says: string;
  readonly tookMs: number;
  readonly exchanges: readonly unknown[];
};
type Certificate = {
  readonly channel: string;
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly interfaces: readonly InterfaceCheck[];
};
type Run = { readonly id: string; readonly certificate: Certificate };

/**
 * `channel certify`: makes a seller for it, has the sandbox try everything that the field does to a connector, and
 * prints one line for each trial with what was on the wire, then the verdict. Of a mall, `--report` prints the
 * interface test report that onboarding asks for instead of them.
 */
async function channelCertify(invocation: Invocation): Promise<void> {
  const { words, environment, output } = invocation;
  const channel = required(words[0], 'CHANNEL');
  if (!CHANNELS.includes(channel)) {
    throw new UsageError(`CHANNEL is one of ${CHANNELS.join(', ')}`);
  }
  const form = formOf(invocation, channel);
  const sandboxUrl = required(environment['SANDBOX_URL'], 'SANDBOX_URL');
  const seller = newSeller(new Date());
  await prepareSeller(environment, seller, channel, sandboxUrl);
  try {
    await control(sandboxUrl, 'PUT', 'config', seller);
    output.progress(`${channel}: the sandbox tries it, which takes minutes`);
    const run = await runOf(environment, { sandboxUrl, channel, seller });
    const { findings, interfaces, verdict } = run.certificate;
    if (form === undefined) {
      for (const finding of findings) output.row({ channel, ...finding });
      for (const check of interfaces) output.row({ channel, ...check });
      output.row({ channel, sellerId: seller.sellerId, verdict });
    } else {
      await printReport(invocation, { form, sandboxUrl, sellerId: seller.sellerId, ...run });
    }
    if (verdict !== 'passed') throw new Error(`${channel} is not certified`);
  } finally {
    await putKeys(environment, seller, false);
    if (channel === 'govmall') await putMallAccount(environment, seller, false);
  }
}

function formOf({ option }: Invocation, channel: string): string | undefined {
  const form = option('report');
  if (form === undefined) return undefined;
  if (channel !== 'govmall') throw new UsageError('--report is of govmall');
  if (!FORMS.includes(form)) throw new UsageError(`--report is one of ${FORMS.join(', ')}`);
  return form;
}

type Wanted = {
  readonly sandboxUrl: string;
  readonly channel: string;
  readonly seller: CertificationSeller;
};

/** Connects what is left to connect, and waits for the certificate. */
async function runOf(environment: Environment, wanted: Wanted): Promise<Run> {
  const { sandboxUrl, channel, seller } = wanted;
  const run = (): Promise<Run> => certificateOf(sandboxUrl, channel, seller.sellerId);
  if (channel === '1688') await connectProcurement(environment, seller, sandboxUrl);
  if (channel !== 'govmall') return await run();
  await connectMall(environment, seller);
  return await whilePeopleWork(environment, seller.sellerId, run);
}

async function printReport(
  { output }: Invocation,
  {
    form,
    sandboxUrl,
    sellerId,
    id,
    certificate: { interfaces, verdict },
  }: Run & { readonly form: string; readonly sandboxUrl: string; readonly sellerId: string },
): Promise<void> {
  if (form === 'html') return output.text(await controlText(sandboxUrl, `certify/${id}/report`));
  if (form === 'json') return output.row({ sellerId, verdict, interfaces });
  for (const line of reportText(sellerId, verdict, interfaces)) output.text(line);
}

async function certificateOf(sandboxUrl: string, channel: string, sellerId: string): Promise<Run> {
  const started = await control(sandboxUrl, 'POST', 'certify', { sellerId, channel });
  const { run } = started as { run: string };
  for (let asked = 0; asked < ASKS_MAX; asked += 1) {
    const answer = await control(sandboxUrl, 'GET', `certify/${run}`);
    const { certificate } = answer as { certificate: Certificate | null };
    if (certificate) return { id: run, certificate };
  }
  throw new Error('the certification did not come to an end');
}

/** Its part of the command line. */
export const CHANNEL_COMMANDS: readonly Command[] = [
  {
    name: 'channel certify',
    words: ['<CHANNEL>'],
    summary:
      'has the sandbox try duplicates, reordering, loss, late answers, 429, 503, wrong signatures and misspelled topics ' +
      'on tmall, qimen, fenxiao, till or 1688, or play a mall through all 27 interfaces (govmall), with a seller of its own ' +
      'whose keys it disables; exit code 1: not certified',
    takes: [
      ['report', 'of govmall, the interface test report: text, json, or html as a page to print'],
    ],
    variables: [
      'SANDBOX_URL',
      'CATALOG_ADMIN_ADDRESS',
      'GATEWAY_ADMIN_ADDRESS',
      'FULFILLMENT_ADMIN_ADDRESS',
      'ORDER_ADMIN_ADDRESS',
      'INVENTORY_ADDRESS',
      'GOVMALL_ADMIN_ADDRESS',
      'SETTLEMENT_ADMIN_ADDRESS',
    ],
    examples: ['channel certify tmall', 'channel certify govmall --report html'],
    columns: ['trial', 'verdict', 'tookMs', 'says'],
    run: channelCertify,
  },
];
