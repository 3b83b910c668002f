import type { Clock } from '@astrolabe/kernel';
import type { ExchangeLog } from '../../domain/exchanges.ts';
import type { Lanes } from './lanes.ts';

/** What a mall was answered; secrets and tokens are shown in neither text. */
export type MallAnswer = {
  readonly request: string;
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
  readonly shown: string;
  readonly tookMs: number;
};

/** A government mall as it calls its suppliers (document 004): forms by POST, JSON back. */
export type MallCaller = {
  readonly call: (name: string, path: string, form: string) => Promise<MallAnswer>;
};

type MallDeps = {
  readonly lanes: Lanes;
  readonly mallUrl: string;
  readonly clock: Clock;
  readonly ticks: () => number;
  readonly log: ExchangeLog;
};

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';

export function createMall({ lanes, mallUrl, clock, ticks, log }: MallDeps): MallCaller {
  return {
    call: async (name, path, form) =>
      await lanes.mall.run('known', async (http) => {
        const startedAt = ticks();
        const at = clock().toISOString();
        const answer = await http.request({
          url: `${mallUrl}${path}`,
          method: 'POST',
          headers: { 'content-type': FORM },
          body: Buffer.from(form, 'utf8'),
        });
        const tookMs = Math.round(ticks() - startedAt);
        const request = `POST ${path}\n${formShown(form)}`;
        const shown = withoutToken(answer.body.toString('utf8'));
        log.add({
          at,
          party: 'mall',
          direction: 'to-platform',
          method: name,
          request,
          response: shown,
          tookMs,
        });
        const type = String(answer.headers['content-type'] ?? '');
        return { request, status: answer.status, type, body: answer.body, shown, tookMs };
      }),
  };
}

const SECRET: ReadonlySet<string> = new Set(['access_token', 'password', 'sign']);

/** A form as a person reads it, one field a line. */
const formShown = (form: string): string =>
  [...new URLSearchParams(form)]
    .map(([name, value]) => `${name}=${SECRET.has(name) ? '…' : value}`)
    .join('\n');

const withoutToken = (json: string): string =>
  json.replaceAll(/"access_token":"[^"]*"/g, '"access_token":"…"');
