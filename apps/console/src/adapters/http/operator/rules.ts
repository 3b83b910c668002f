import { RoutingRules, RulesVersion, SimulateResponse } from '@astrolabe/contracts/order';
import Type from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { findIn, pageOf } from './responses.ts';

const RULES_PATH = '/api/sellers/:seller/rules';

/** Decisions of one page of a simulation. */
const SIMULATED = 50;
const DAY_MS = 86_400_000;
/** Decisions are kept for 90 days. */
const PERIOD_MAX_MS = 90 * DAY_MS;

const Name = Type.String({ maxLength: 50 });
const Rules = Type.Object({
  filters: Type.Array(Type.Object({ name: Name, metres: Type.String({ pattern: '^\\d{1,9}$' }) }), {
    maxItems: 20,
  }),
  sorts: Type.Array(Name, { maxItems: 20 }),
  warehouseFallback: Type.Boolean(),
  points: Type.Array(
    Type.Object({
      province: Name,
      city: Name,
      area: Name,
      lat: Type.Number(),
      lng: Type.Number(),
    }),
    { maxItems: 500 },
  ),
});
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000 });
const Note = Type.String({ maxLength: 200 });
const Draft = Type.Object({ version: Count, revision: Count, rules: Rules, note: Note });
const Activation = Type.Object({ version: Count, revision: Count, note: Note });

const versionJson = ({ version }: { version?: RulesVersion | undefined }) => ({
  version: version ? RulesVersion.toJSON(version) : null,
});

/** The version of a seller's rules that is meant. */
const versionOf = (
  routing: Backends['routing'],
  sellerId: string,
  isMeant: (version: RulesVersion) => boolean,
): Promise<RulesVersion | null> =>
  findIn(async (page) => {
    const { versions, nextToken } = await routing.call('getRules', { sellerId, page });
    return { items: versions, nextToken };
  }, isMeant);

/** Rules of a seller by version: drafts, what they would change, and which one is in force. */
export function registerRules(routes: Routes, { routing }: Pick<Backends, 'routing'>): void {
  routes.seller('GET', RULES_PATH, 'seller.read', async ({ sellerId }, request) => {
    const page = pageOf(queryOf(request));
    const { versions, nextToken } = await routing.call('getRules', { sellerId, page });
    return { versions: versions.map((one) => RulesVersion.toJSON(one)), nextToken };
  });
  routes.seller(
    'POST',
    `${RULES_PATH}/draft`,
    'seller.act',
    async ({ sellerId, user }, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Draft, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'rules and note' });
      }
      const rules = RoutingRules.fromJSON(sent.rules);
      const draft = { ...sent, sellerId, rules, actor: user.login };
      return versionJson(await routing.call('putDraft', draft));
    },
    async ({ sellerId }, request) => {
      const sent = jsonOf(request.body);
      // 0 makes a new draft.
      if (!Value.Check(Draft, sent) || sent.version === 0) return null;
      const found = await versionOf(routing, sellerId, ({ version }) => version === sent.version);
      const { version = 0, revision = 0, rules, note = '' } = found ?? {};
      return rules ? { version, revision, rules: RoutingRules.toJSON(rules), note } : null;
    },
  );
  routes.seller(
    'POST',
    `${RULES_PATH}/activate`,
    'seller.act',
    async ({ sellerId, user }, request, reply) => {
      const sent = jsonOf(request.body);
      if (!Value.Check(Activation, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'version, revision and note' });
      }
      return versionJson(await routing.call('activate', { ...sent, sellerId, actor: user.login }));
    },
    async ({ sellerId }) => {
      const active = await versionOf(routing, sellerId, ({ status }) => status === 'ACTIVE');
      return active && { version: active.version, revision: active.revision };
    },
  );
  routes.seller(
    'GET',
    `${RULES_PATH}/simulate`,
    'seller.read',
    async ({ sellerId }, request, reply) => {
      const { version: text = '', from: start = '', to: end = '', token = '' } = queryOf(request);
      const [from, to] = [new Date(start), new Date(end)];
      const length = to.getTime() - from.getTime();
      if (!/^\d{1,7}$/.test(text) || !(length > 0) || length > PERIOD_MAX_MS) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'version, from and to' });
      }
      const page = { size: SIMULATED, token };
      const asked = { sellerId, version: Number(text), from, to, page };
      return SimulateResponse.toJSON(await routing.call('simulate', asked));
    },
  );
}
