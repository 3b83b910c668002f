import type { RoutingServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { Clock, Result } from '@astrolabe/kernel';
import type { Capacity, RuleSets, StoreSettingsSource } from '../../application/ports.ts';
import type {
  AdminRefusal,
  makeExplain,
  makeSimulate,
  makeTry,
} from '../../application/routing-admin.ts';
import { MAX_SIMULATED } from '../../application/routing-admin.ts';
import { shanghaiDay } from '../../domain/routing/opening.ts';
import type { RuleRefusal, RuleSet, RuleVersion } from '../../domain/routing/rule-set.ts';
import { MAX_VERSIONS, activate, putDraft } from '../../domain/routing/rule-set.ts';
import { readBody } from '../../domain/routing/rules.ts';
import { checkSettings } from '../../domain/routing/settings.ts';
import { loadVerbs } from './store-loads.ts';
import {
  bodyFrom,
  decisionTo,
  settingsFrom,
  settingsTo,
  simulationTo,
  versionTo,
} from './routing-messages.ts';

export type RoutingServiceDeps = {
  readonly ruleSets: RuleSets;
  readonly settings: Pick<StoreSettingsSource, 'find' | 'put' | 'all'>;
  readonly capacity: Pick<Capacity, 'loads'>;
  readonly explain: ReturnType<typeof makeExplain>;
  readonly tryRules: ReturnType<typeof makeTry>;
  readonly simulate: ReturnType<typeof makeSimulate>;
  readonly clock: Clock;
};

const DEFAULT_ROWS = 50;
const MAX_ROWS = 500;
const MAX_TEXT = 200;

/** RoutingService: rules, settings of stores, and what was or would be decided. */
export const routingService = (deps: RoutingServiceDeps): RoutingServiceServer => ({
  ...rulesVerbs(deps),
  ...settingsVerbs(deps),
  ...loadVerbs(deps),
  explain: unary('RoutingService/Explain', async (request) => {
    const { allocation, attempt } = request;
    const rows = rowsOf(request.rows);
    const told = must(await deps.explain(orderOf(request), allocation, attempt));
    return { decision: decisionTo(told, rows), replayed: told.replayed };
  }),
  try: unary('RoutingService/Try', async (request) => {
    const { version, recorded } = request;
    const rows = rowsOf(request.rows);
    const told = must(await deps.tryRules(orderOf(request), version, recorded));
    return { decision: decisionTo(told, rows) };
  }),
  simulate: unary('RoutingService/Simulate', async ({ sellerId, from, to, version, page }) => {
    if (sellerId === '' || !from || !to) throw invalid('MISSING_FIELD');
    const limit = page?.size || MAX_SIMULATED;
    if (limit < 0) throw invalid('INVALID_PAGE_SIZE');
    const query = { sellerId, from, to, limit, after: page?.token ?? '' };
    return simulationTo(must(await deps.simulate(query, version)));
  }),
});

function rulesVerbs({
  ruleSets,
  clock,
}: RoutingServiceDeps): Pick<RoutingServiceServer, 'putDraft' | 'getRules' | 'activate'> {
  return {
    putDraft: unary('RoutingService/PutDraft', async (request) => {
      const { sellerId, version, revision, rules, note, actor } = request;
      if (sellerId === '' || !rules) throw invalid('MISSING_FIELD');
      if (note.length > MAX_TEXT || actor.length > MAX_TEXT) throw invalid('TEXT_TOO_LONG');
      const body = readBody(bodyFrom(rules));
      if (!body.ok) throw invalid('INVALID_RULES', `rules.${body.error}`);
      const change = { version, revision, body: body.value, note, actor };
      const set = must(
        await ruleSets.change(sellerId, (known) => putDraft(known, change, clock())),
      );
      return { version: versionTo(named(set, version || set.last)) };
    }),
    getRules: unary('RoutingService/GetRules', async ({ sellerId, page }) => {
      if (sellerId === '') throw invalid('MISSING_FIELD');
      const size = page?.size || MAX_VERSIONS;
      const below = page?.token ? Number(page.token) : Infinity;
      if (size < 0) throw invalid('INVALID_PAGE_SIZE');
      if (Number.isNaN(below)) throw invalid('INVALID_PAGE_TOKEN');
      const { versions } = await ruleSets.load(sellerId);
      const rest = versions.filter((known) => known.version < below).toReversed();
      const shown = rest.slice(0, size);
      const nextToken = rest.length > size ? String(shown.at(-1)?.version) : '';
      return { versions: shown.map(versionTo), nextToken };
    }),
    activate: unary('RoutingService/Activate', async (request) => {
      const { sellerId, version, revision, actor, note = '' } = request;
      if (note.length > MAX_TEXT || actor.length > MAX_TEXT) throw invalid('TEXT_TOO_LONG');
      const set = must(
        await ruleSets.change(sellerId, (known) =>
          activate(known, version, revision, { actor, note }, clock()),
        ),
      );
      return { version: versionTo(named(set, version)) };
    }),
  };
}

function settingsVerbs({
  settings,
  capacity,
  clock,
}: RoutingServiceDeps): Pick<RoutingServiceServer, 'putStoreSettings' | 'getStoreSettings'> {
  return {
    putStoreSettings: unary('RoutingService/PutStoreSettings', async (request) => {
      const { sellerId, version } = request;
      if (sellerId === '' || !request.settings) throw invalid('MISSING_FIELD');
      const checked = checkSettings(settingsFrom(request.settings));
      if (!checked.ok) throw invalid('INVALID_SETTINGS', checked.error);
      const stored = await settings.put(sellerId, checked.value, version);
      if (stored === null) throw refusal('REVISION_CHANGED');
      return { version: stored };
    }),
    getStoreSettings: unary('RoutingService/GetStoreSettings', async ({ sellerId, storeId }) => {
      const found = await settings.find(sellerId, storeId);
      if (!found) throw refusal('UNKNOWN_STORE_SETTINGS');
      const loads = await capacity.loads(sellerId, shanghaiDay(clock().getTime()), 'SHIP');
      return {
        settings: settingsTo(found.settings),
        version: found.version,
        deliversToday: loads.get(storeId) ?? 0,
      };
    }),
  };
}

type Refusal = RuleRefusal | AdminRefusal | 'UNKNOWN_STORE_SETTINGS';

const CODES = {
  UNKNOWN_TRADE: GRPC.notFound,
  UNKNOWN_DECISION: GRPC.notFound,
  UNKNOWN_VERSION: GRPC.notFound,
  UNKNOWN_STORE_SETTINGS: GRPC.notFound,
  INVALID_PAGE_TOKEN: GRPC.invalidArgument,
  REVISION_CHANGED: GRPC.failedPrecondition,
  NOT_A_DRAFT: GRPC.failedPrecondition,
  ALREADY_ACTIVE: GRPC.failedPrecondition,
  TOO_MANY_DRAFTS: GRPC.failedPrecondition,
} as const satisfies Record<Refusal, unknown>;

const refusal = (reason: Refusal): GrpcRefusal => new GrpcRefusal({ code: CODES[reason], reason });

const invalid = (reason: string, field?: string): GrpcRefusal =>
  new GrpcRefusal({
    code: GRPC.invalidArgument,
    reason: field ? `${reason}:${field}` : reason,
  });

/** The value of a success; a refusal is told to the caller. */
function must<T>(result: Result<T, Refusal>): T {
  if (!result.ok) throw refusal(result.error);
  return result.value;
}

function rowsOf(rows: number): number {
  if (rows < 0 || rows > MAX_ROWS) throw invalid('INVALID_PAGE_SIZE');
  return rows === 0 ? DEFAULT_ROWS : rows;
}

function named(set: RuleSet, version: number): RuleVersion {
  const found = set.versions.find((known) => known.version === version);
  if (!found) throw refusal('UNKNOWN_VERSION');
  return found;
}
