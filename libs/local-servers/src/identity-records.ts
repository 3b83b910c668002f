import type { Adapter, AdapterPayload } from 'oidc-provider';

/** What a stack on one machine comes to; the oldest records go first. */
const RECORDS_MAX = 10_000;
const MS_PER_SECOND = 1_000;

type Kept = { readonly payload: AdapterPayload; readonly endsAt: number };

/**
 * What the local identity provider remembers of sessions, codes and tokens. It ends with the process, as the provider is
 * for one machine: after a restart people sign in again.
 */
export function identityRecords(nowMs: () => number): (model: string) => Adapter {
  const all = new Map<string, Kept>();
  const alive = (key: string): AdapterPayload | undefined => {
    const kept = all.get(key);
    if (!kept) return undefined;
    if (kept.endsAt > nowMs()) return kept.payload;
    all.delete(key);
    return undefined;
  };
  const found = (
    model: string,
    isMeant: (payload: AdapterPayload) => boolean,
  ): AdapterPayload | undefined => {
    for (const key of all.keys()) {
      const payload = key.startsWith(`${model}/`) ? alive(key) : undefined;
      if (payload && isMeant(payload)) return payload;
    }
    return undefined;
  };
  return (model) => {
    const keyOf = (id: string): string => `${model}/${id}`;
    return {
      upsert: async (id, payload, expiresIn) => {
        const endsAt =
          expiresIn === undefined ? Number.POSITIVE_INFINITY : nowMs() + expiresIn * MS_PER_SECOND;
        all.delete(keyOf(id));
        all.set(keyOf(id), { payload, endsAt });
        const [oldest] = all.keys();
        if (all.size > RECORDS_MAX && oldest !== undefined) all.delete(oldest);
      },
      find: async (id) => alive(keyOf(id)),
      findByUid: async (uid) => found(model, (payload) => payload.uid === uid),
      findByUserCode: async (code) => found(model, (payload) => payload.userCode === code),
      consume: async (id) => {
        const payload = alive(keyOf(id));
        if (payload) payload.consumed = Math.floor(nowMs() / MS_PER_SECOND);
      },
      destroy: async (id) => {
        all.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of all) if (payload.grantId === grantId) all.delete(key);
      },
    };
  };
}
