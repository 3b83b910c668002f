import { httpUrl } from '@astrolabe/local-stack';
import { expect } from 'vitest';
import { OID, TID } from './scenario.ts';
import type { Actor } from './scenario.ts';

/** The sandbox's Tmall, for one seller of a running platform. */
export type SandboxTmall = {
  pay(tid?: string, oid?: string): Promise<void>;
  /** The buyer wants to collect the goods at a store. */
  payToCollect(storeId: string, tid?: string, oid?: string): Promise<void>;
  close(tid?: string): Promise<void>;
  /** Somebody ships in the pages of Tmall. */
  ship(tid?: string): Promise<void>;
  shipMode(mode: 'normal' | 'refuse' | 'lose-answer'): Promise<void>;
  /** Calls that Tmall has received of a method, oldest first, as they were on the wire. */
  calls(method: string): Promise<string[]>;
};

/** Makes a seller known to the sandbox. */
export async function sandboxTmall({ harness, seller }: Actor): Promise<SandboxTmall> {
  const url = httpUrl(harness.stack, 'sandbox');
  const { sellerId, nick, keys, spi } = seller;
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text);
  };
  const { appKey, secret } = spi;
  await control('PUT', 'config', { sellerId, nick, keys, spi: { appKey, secret } });
  return {
    pay: async (tid = TID, oid = OID) => {
      await control('POST', 'tmall/trades', { sellerId, tid, oid });
    },
    payToCollect: async (collectStore, tid = TID, oid = OID) => {
      await control('POST', 'tmall/trades', { sellerId, tid, oid, collectStore });
    },
    close: async (tid = TID) => {
      await control('POST', `tmall/trades/${tid}/closed?sellerId=${sellerId}`);
    },
    ship: async (tid = TID) => {
      await control('POST', `tmall/trades/${tid}/shipped?sellerId=${sellerId}`);
    },
    shipMode: async (mode) => {
      await control('PUT', 'tmall/ship-mode', { sellerId, mode });
    },
    calls: async (method) => {
      const all = (await control('GET', 'exchanges?limit=500')) as {
        party: string;
        direction: string;
        method: string;
        request: string;
      }[];
      return all
        .filter((one) => one.party === 'tmall' && one.direction === 'from-platform')
        .filter((one) => one.method === method && one.request.includes(`session=${sellerId}`))
        .map(({ request }) => request)
        .toReversed();
    },
  };
}
