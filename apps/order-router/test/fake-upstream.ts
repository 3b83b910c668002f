import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { verifyFw199 } from '@astrolabe/signing';

/** What the gateway does with a request; `keep` counts an order that it has taken. */
type Act = {
  readonly form: Readonly<Record<string, string>>;
  readonly response: ServerResponse;
  readonly keep: () => void;
};

/** A distribution gateway on the loopback address, with a script for its next answers. */
export class FakeUpstream {
  readonly secret = 'topsecret';
  /** Requests that came, lookups apart. */
  readonly posts: { readonly path: string; readonly form: Readonly<Record<string, string>> }[] = [];
  readonly lookups: string[] = [];
  /** Orders that it has taken, by our number. */
  readonly orders = new Map<string, string>();
  /** One act for each next request; then the last one again. */
  script: ((act: Act) => void)[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        const form = Object.fromEntries(new URLSearchParams(body));
        const path = request.url ?? '';
        if (path === '/lookup') return this.look(form, response);
        this.posts.push({ path, form });
        const act = this.script.length > 1 ? this.script.shift() : this.script[0];
        return act?.({ form, response, keep: () => this.keep(form) });
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Whether the signature is that of the decoded values. */
  isSigned = (form: Readonly<Record<string, string>>): boolean =>
    verifyFw199({ params: form, secrets: [this.secret] });

  private keep(form: Readonly<Record<string, string>>): void {
    const { outOrderId } = JSON.parse(form['request_data'] ?? '') as { outOrderId: string };
    this.orders.set(outOrderId, '4356409609904969811');
  }

  private look(form: Readonly<Record<string, string>>, response: ServerResponse): void {
    const { outOrderId } = JSON.parse(form['request_data'] ?? '') as { outOrderId: string };
    this.lookups.push(outOrderId);
    const id = this.orders.get(outOrderId);
    const row = { idOfStr: id, status: 'waitbuyerpay', totalAmount: '98.00', shippingFee: '92.00' };
    const data = { result: id ? [{ baseInfo: row }] : [], totalRecord: id ? 1 : 0 };
    response.end(JSON.stringify({ code: 0, message: 'ok', data }));
  }
}

/** Answers with a document. */
export const says =
  (body: unknown, status = 200) =>
  ({ response, keep }: Act): void => {
    keep();
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** Closes the connection, with or without taking the order. */
export const drops =
  (isTaken: boolean) =>
  ({ response, keep }: Act): void => {
    if (isTaken) keep();
    response.destroy();
  };

/** Takes the order and answers nothing. */
export const keepsSilent = ({ keep }: Act): void => keep();

export const CREATED = {
  code: 0,
  message: 'ok',
  data: {
    mutilOrders: [],
    orderId: '4356409609904969811',
    postFee: 9_200,
    success: true,
    totalSuccessAmount: 9_800,
  },
  trace_id: '',
};
export const REFUSED = {
  code: 0,
  message: 'ok',
  data: { code: 'SPEC_NO_EXIST', message: '商品[923983820738]', success: false },
  trace_id: '',
};
