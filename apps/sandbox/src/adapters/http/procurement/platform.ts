import type { FastifyInstance } from 'fastify';
import { Script } from '../../../domain/procurement/faults.ts';
import type { Pushed } from '../../../domain/procurement/messages.ts';
import type { Account } from './account.ts';
import { CALLBACK_PATH, accountOf, registerProcurementControl } from './control.ts';
import { registerProcurement } from './gateway.ts';
import { pushMessage } from './push.ts';
import type { PushAnswer, PushDeps, PushOptions } from './push.ts';

/** The platform as others of the sandbox work with it. */
export type ProcurementPlatform = {
  readonly script: Script;
  /** @throws BadRequest for a seller that is not known. */
  readonly accountOf: (sellerId: string) => Account;
  readonly push: (
    account: Account,
    message: Pushed,
    options: Omit<PushOptions, 'path'>,
  ) => Promise<PushAnswer>;
};

/** Plays the procurement platform of document 000: what suppliers call, and its own control. */
export function playProcurement(app: FastifyInstance, deps: PushDeps): ProcurementPlatform {
  const platform = { ...deps, accounts: new Map<string, Account>(), script: new Script() };
  registerProcurement(app, platform);
  registerProcurementControl(app, platform);
  return {
    script: platform.script,
    accountOf: (sellerId) => accountOf(platform, sellerId),
    push: (account, message, options) =>
      pushMessage(deps, account, message, { path: CALLBACK_PATH, ...options }),
  };
}
