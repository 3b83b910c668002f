import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { RulesBody } from './rules.ts';
import { DEFAULT_RULES } from './rules.ts';
import type { RoutingRules } from './types.ts';

export type RuleStatus = 'DRAFT' | 'ACTIVE' | 'ARCHIVED';

export type RuleVersion = {
  /** Counts the seller's versions from 1. */
  readonly version: number;
  readonly status: RuleStatus;
  /** Counts changes of the version; a change names the revision that it was made on. */
  readonly revision: number;
  readonly body: RulesBody;
  readonly note: string;
  readonly actor: string;
  readonly changedAt: Date;
  /** When it was made the active one, oldest first; a roll back is one more. */
  readonly activations: readonly Activation[];
};

export type Activation = { readonly at: Date; readonly actor: string; readonly note: string };

const MAX_ACTIVATIONS = 10;

/** A seller's versions of routing rules, oldest first; at most one is active. */
export type RuleSet = { readonly last: number; readonly versions: readonly RuleVersion[] };

export type RuleRefusal =
  'UNKNOWN_VERSION' | 'REVISION_CHANGED' | 'NOT_A_DRAFT' | 'ALREADY_ACTIVE' | 'TOO_MANY_DRAFTS';

export const NO_RULES: RuleSet = { last: 0, versions: [] };

/** Versions that are kept; archived ones go first (decisions carry the rules they were made by). */
export const MAX_VERSIONS = 100;

export type DraftChange = {
  /** 0: a new draft. */
  readonly version: number;
  /** The revision that was seen; 0 for a new draft. */
  readonly revision: number;
  readonly body: RulesBody;
  readonly note: string;
  readonly actor: string;
};

/** Adds a draft, or changes one by compare-and-set. What was active once is never edited. */
export function putDraft(
  set: RuleSet,
  { version, revision, ...content }: DraftChange,
  now: Date,
): Result<RuleSet, RuleRefusal> {
  if (version !== 0) {
    return changed(set, version, revision, (known) =>
      known.status === 'DRAFT'
        ? ok({ ...known, ...content, revision: revision + 1, changedAt: now })
        : err('NOT_A_DRAFT'),
    );
  }
  if (revision !== 0) return err('REVISION_CHANGED');
  const versions = makeRoom(set.versions);
  if (!versions) return err('TOO_MANY_DRAFTS');
  const last = set.last + 1;
  const draft = {
    version: last,
    status: 'DRAFT',
    revision: 1,
    ...content,
    changedAt: now,
    activations: [],
  } as const;
  return ok({ last, versions: [...versions, draft] });
}

/**
 * Makes a draft, or again an archived version, the active one and archives the former: both in one
 * state, so that no reader sees two active versions or none.
 */
export function activate(
  set: RuleSet,
  version: number,
  revision: number,
  { actor, note }: Omit<Activation, 'at'>,
  now: Date,
): Result<RuleSet, RuleRefusal> {
  const next = changed(set, version, revision, (known) =>
    known.status === 'ACTIVE'
      ? err('ALREADY_ACTIVE')
      : ok({
          ...known,
          status: 'ACTIVE',
          revision: revision + 1,
          actor,
          changedAt: now,
          activations: [...known.activations, { at: now, actor, note }].slice(-MAX_ACTIVATIONS),
        }),
  );
  if (!next.ok) return next;
  const versions = next.value.versions.map((known): RuleVersion =>
    known.status === 'ACTIVE' && known.version !== version
      ? { ...known, status: 'ARCHIVED', revision: known.revision + 1, changedAt: now }
      : known,
  );
  return ok({ ...next.value, versions });
}

/** The rules that orders are routed by. */
export function rulesInForce(set: RuleSet): RoutingRules {
  const active = set.versions.find(({ status }) => status === 'ACTIVE');
  return active ? rulesOf(active) : DEFAULT_RULES;
}

/** A version as rules to route by. */
export const rulesOf = ({ version, body }: RuleVersion): RoutingRules => ({
  version: String(version),
  ...body,
});

function changed(
  set: RuleSet,
  version: number,
  revision: number,
  change: (known: RuleVersion) => Result<RuleVersion, RuleRefusal>,
): Result<RuleSet, RuleRefusal> {
  const known = set.versions.find((of) => of.version === version);
  if (!known) return err('UNKNOWN_VERSION');
  if (known.revision !== revision) return err('REVISION_CHANGED');
  const next = change(known);
  if (!next.ok) return next;
  const { value } = next;
  return ok({ ...set, versions: set.versions.map((of) => (of.version === version ? value : of)) });
}

function makeRoom(versions: readonly RuleVersion[]): readonly RuleVersion[] | null {
  if (versions.length < MAX_VERSIONS) return versions;
  const oldest = versions.find(({ status }) => status === 'ARCHIVED');
  return oldest ? versions.filter((known) => known !== oldest) : null;
}
