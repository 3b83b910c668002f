import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessSource } from '@astrolabe/channel-client';
import { ok } from '@astrolabe/kernel';
import { cleanUpWith } from '@astrolabe/testing';

type Api =
  'supplierCreateMallGoods' | 'supplierModifyMallGoods' | 'supplierUnPublishGoods' | 'getMallGoods';

/** A request as the platform gets it: which interface, and its `param`. */
export type Asked = { readonly api: string; readonly param: Readonly<Record<string, unknown>> };

export type PlatformWorld = {
  /** Environment of a catalogue that reaches this platform. */
  readonly env: Readonly<Record<string, string>>;
  readonly access: AccessSource;
  readonly asked: readonly Asked[];
  /**
   * What the next calls of an interface about some goods (by article number or id) are answered with; null: nothing, the
   * connection is cut. Other calls come in between, since the catalogue tells of each change when it gets to it.
   */
  readonly answer: (about: string, api: Api, ...answers: (string | null)[]) => void;
};

/** Whether a call names goods: by the article number in its content, or by the platform's id. */
export const isAbout = ({ param }: Asked, about: string): boolean =>
  JSON.stringify(param).includes(`"${about}"`) || Object.values(param).includes(Number(about));

/** A procurement platform that notes what it is asked, and lets the catalogue in. */
export async function startPlatform(): Promise<PlatformWorld> {
  const asked: Asked[] = [];
  const prepared: { about: string; api: Api; answers: (string | null)[] }[] = [];
  const nextFor = (one: Asked): string | null | undefined =>
    prepared
      .find(
        ({ about, api, answers }) =>
          answers.length > 0 && one.api.endsWith(`.${api}`) && isAbout(one, about),
      )
      ?.answers.shift();
  const platform = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
      const api = request.url?.split('/').at(-2) ?? '';
      const param = form.get('param') ?? JSON.stringify(Object.fromEntries(form));
      const one: Asked = { api, param: JSON.parse(param) as Asked['param'] };
      asked.push(one);
      const answer = nextFor(one);
      if (answer === null) return void request.socket.destroy();
      response.setHeader('content-type', 'application/json');
      response.end(answer ?? '{"success":true,"data":5645673}');
    });
  });
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
  const { port } = platform.address() as AddressInfo;
  cleanUpWith(async () => {
    platform.closeAllConnections();
    platform.close();
  });
  return {
    asked,
    answer: (about, api, ...answers) => {
      prepared.push({ about, api, answers });
    },
    access: {
      accessOf: async () =>
        ok({
          gatewayUrl: `http://127.0.0.1:${port}`,
          appKey: '1000000',
          secret: 'test123',
          accessToken: 'token',
          memberId: 'b2b-1',
          mainUserId: '1',
          loginId: 'us',
          callsPerSecond: 0,
        }),
    },
    env: {
      SPI_ALLOW_HTTP: 'true',
      SPI_ALLOWED_NETWORKS: '127.0.0.0/8',
      LISTING_RETRY_MS: '50',
    },
  };
}
