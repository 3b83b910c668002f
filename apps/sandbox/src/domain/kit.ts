import type { Exchange } from './exchanges.ts';

/** What the field does to every connector, in the order in which a certification tries it. */
export const TRIALS = [
  'good call',
  'duplicates',
  'reordering',
  'loss',
  'late answer',
  '429',
  '503 then success',
  'wrong signature',
  'misspelled topic',
] as const;
export type TrialName = (typeof TRIALS)[number];

/** A trial says what was seen when it went well, and throws `NotAsItShould` when it did not. */
export type Trial = () => Promise<string>;

/** A trial, or why the channel has no such thing. */
export type Trials = Readonly<Record<TrialName, Trial | { readonly notApplicable: string }>>;

/** Something on the wire was not as it should be. */
export class NotAsItShould extends Error {
  override readonly name = 'NotAsItShould';
}

export type Finding = {
  readonly trial: TrialName;
  readonly verdict: 'passed' | 'failed' | 'not applicable';
  readonly says: string;
  readonly tookMs: number;
  /** What was on the wire meanwhile, oldest first. */
  readonly exchanges: readonly Exchange[];
};

/** One interface of a channel that its onboarding asks a report about, as it was tried. */
export type InterfaceCheck = {
  readonly number: string;
  readonly name: string;
  readonly title: string;
  readonly isOptional: boolean;
  /** Method, path and body, without secrets. */
  readonly request: string;
  readonly status: number;
  readonly answer: string;
  readonly verdict: 'passed' | 'failed';
  readonly says: string;
  readonly tookMs: number;
};

export type Certificate = {
  readonly channel: string;
  readonly sellerId: string;
  readonly verdict: 'passed' | 'failed';
  readonly findings: readonly Finding[];
  /** Empty for channels that no such report is asked about. */
  readonly interfaces: readonly InterfaceCheck[];
};

/** A connector is certified when no trial failed and at least one was made. */
export function certificateOf(
  channel: string,
  sellerId: string,
  findings: readonly Finding[],
  interfaces: readonly InterfaceCheck[] = [],
): Certificate {
  const hasFailed = findings.some(({ verdict }) => verdict === 'failed');
  const hasPassed = findings.some(({ verdict }) => verdict === 'passed');
  const verdict = hasPassed && !hasFailed ? 'passed' : 'failed';
  return { channel, sellerId, verdict, findings, interfaces };
}
