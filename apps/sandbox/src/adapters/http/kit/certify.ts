import { TRIALS, certificateOf } from '../../../domain/kit.ts';
import type { Certificate, Finding, Trial, Trials } from '../../../domain/kit.ts';

/** Tries everything, one after the other; a trial that fails ends no other. */
export async function certify(
  channel: string,
  sellerId: string,
  trials: Trials,
  {
    ticks,
    exchangesFrom,
    interfaces = () => [],
  }: {
    ticks: () => number;
    exchangesFrom: () => () => Finding['exchanges'];
    interfaces?: () => Certificate['interfaces'];
  },
): Promise<Certificate> {
  const findings: Finding[] = [];
  for (const name of TRIALS) {
    const trial = trials[name];
    const meanwhile = exchangesFrom();
    const startedAt = ticks();
    const found = typeof trial === 'function' ? await tried(trial) : skipped(trial.notApplicable);
    const tookMs = Math.round(ticks() - startedAt);
    findings.push({ trial: name, ...found, tookMs, exchanges: meanwhile() });
  }
  return certificateOf(channel, sellerId, findings, interfaces());
}

type Found = Pick<Finding, 'says' | 'verdict'>;

const skipped = (says: string): Found => ({ verdict: 'not applicable', says });

async function tried(trial: Trial): Promise<Found> {
  try {
    return { verdict: 'passed', says: await trial() };
  } catch (error) {
    return { verdict: 'failed', says: error instanceof Error ? error.message : String(error) };
  }
}
