import { formatShanghai } from '@astrolabe/kernel';
import {
  GOV_TOKEN_PATH,
  decodeGovTokenReply,
  encodeGovTokenRequest,
} from '@astrolabe/schemas/govmall';
import type { GovMethod, GovTokenGrant } from '@astrolabe/schemas/govmall';
import type { Result } from '@astrolabe/kernel';
import { signGovToken } from '@astrolabe/signing';
import { NotAsItShould } from '../../../domain/kit.ts';
import type { MallAnswer } from '../mall.ts';
import { must, until } from './bench.ts';
import type { Bench } from './bench.ts';
import type { InterfaceReport } from './interface-report.ts';

/** What people do meanwhile (a parcel, an invoice) takes time. */
const DONE_MS = 60_000;
/** 36 hours (document 004, 2.1), and what the call may take of them. */
const TOKEN_MS = 129_600_000;
const TOKEN_SLACK_MS = 60_000;

const TOKEN = { number: '2.2', name: 'access-token' };

/** A mall with an account at the seller, which keeps what it sees of each interface. */
export class MallPlay {
  readonly #bench: Pick<Bench, 'clock' | 'mall' | 'seller'>;
  readonly #report: InterfaceReport;
  #token = '';

  constructor(bench: Pick<Bench, 'clock' | 'mall' | 'seller'>, report: InterfaceReport) {
    this.#bench = bench;
    this.#report = report;
  }

  /** A token request, signed with the account's password or another one. */
  async tokenWith(
    password: string,
  ): Promise<{ told: MallAnswer; granted: Result<GovTokenGrant, string> }> {
    const { seller, mall, clock } = this.#bench;
    const username = seller.spi.appKey;
    const timestamp = formatShanghai(clock());
    const sign = signGovToken({ username, password, timestamp });
    const form = encodeGovTokenRequest({ username, timestamp, sign });
    const told = await mall.call(TOKEN.name, GOV_TOKEN_PATH, form);
    return { told, granted: decodeGovTokenReply(told.body) };
  }

  /** 2.2: a token for everything after it. */
  async signIn(): Promise<void> {
    const { told, granted } = await this.tokenWith(this.#bench.seller.spi.secret);
    this.#judge(TOKEN, told, () => {
      if (!granted.ok) throw new NotAsItShould(granted.error);
      const { accessToken, expiresAt } = granted.value;
      const off = Math.abs(expiresAt.getTime() - this.#bench.clock().getTime() - TOKEN_MS);
      must(off < TOKEN_SLACK_MS, `有效期至 ${formatShanghai(expiresAt)}，应为 36 小时`);
      this.#token = accessToken;
      return `有效期 36 小时，至 ${formatShanghai(expiresAt)}`;
    });
  }

  /** A call whose answer is read, and judged by nobody yet. */
  async ask<Request, Answer>(
    method: GovMethod<Request, Answer>,
    request: Request,
  ): Promise<{ told: MallAnswer; answer: Result<Answer, string> }> {
    const form = method.encodeRequest(request, this.#token);
    const told = await this.#bench.mall.call(method.name, method.path, form);
    return { told, answer: method.decodeAnswer(told.body) };
  }

  /** A call that must succeed. @throws NotAsItShould with the description when it does not. */
  async must<Request, Answer>(
    method: GovMethod<Request, Answer>,
    request: Request,
  ): Promise<Answer> {
    const { told, answer } = await this.ask(method, request);
    if (!answer.ok) throw new NotAsItShould(`${method.name} was answered ${told.shown}`);
    return answer.value;
  }

  /**
   * A call that goes into the report. `seen` says what is right in the answer, and throws when it is not.
   * Null when it is not right.
   */
  async check<Request, Answer>(
    method: GovMethod<Request, Answer>,
    request: Request,
    seen: (answer: Answer) => string,
  ): Promise<Answer | null> {
    const { told, answer } = await this.ask(method, request);
    const isRight = this.#judge(method, told, () => {
      if (!answer.ok) throw new NotAsItShould(answer.error);
      return seen(answer.value);
    });
    return isRight && answer.ok ? answer.value : null;
  }

  /** The same, asked again until it is right: people are at work meanwhile. */
  async checkUntil<Request, Answer>(
    method: GovMethod<Request, Answer>,
    request: Request,
    seen: (answer: Answer) => string,
  ): Promise<Answer | null> {
    try {
      const ask = () => this.check(method, request, seen);
      return await until(ask, DONE_MS, `${method.name} did not come right`);
    } catch {
      // The report has the last answer, and why it is not right.
      return null;
    }
  }

  #judge(
    of: { readonly number: string; readonly name: string },
    told: MallAnswer,
    seen: () => string,
  ): boolean {
    try {
      inForm(told);
      this.#report.add(of, told, { isRight: true, says: seen() });
      return true;
    } catch (error) {
      if (!(error instanceof NotAsItShould)) throw error;
      this.#report.add(of, told, { isRight: false, says: error.message });
      return false;
    }
  }
}

/** The document's envelope, 2.1: 200, JSON on one line, `success` a boolean. */
function inForm({ status, type, body }: MallAnswer): void {
  const text = body.toString('utf8');
  must(status === 200, `HTTP 状态为 ${status}，应为 200`);
  must(type.includes('application/json'), `Content-Type 为 ${type}`);
  // oxlint-disable-next-line no-control-regex -- the characters that the document forbids
  must(!/[\u0000-\u001f\u2028\u2029\ufeff]|\\[nrt]/.test(text), '返回体中有换行符等特殊字符');
  must(/^\{"success":(?:true|false),/.test(text), 'success 不是布尔值');
}
