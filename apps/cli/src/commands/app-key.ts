import { AppKeyEntry, IngressAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { printList, required, wholeNumber } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const RATE_MAX = 100_000;
const OVERLAP_HOURS_MAX = 720;
const OVERLAP_HOURS = 24;
const HOUR_SECONDS = 3_600;

/** Runs work with the gateway's administration. */
export async function withKeys(
  { environment }: Pick<Invocation, 'environment'>,
  work: (client: GrpcClient<IngressAdminServiceClient>) => Promise<void>,
): Promise<void> {
  return await withClient(
    IngressAdminServiceClient,
    peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );
}

/** `appkey create`: a key with a secret that the gateway makes; it is printed once and shown nowhere again. */
async function appKeyCreate(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const shown = {
    appKey: required(words[0], 'APP_KEY'),
    sellerIds: required(option('sellers'), '--sellers').split(','),
    role: required(option('role'), '--role'),
    ratePerSecond: wholeNumber(option('rate'), '--rate', { max: RATE_MAX, otherwise: 0 }),
  };
  await withKeys(invocation, async (client) => {
    const { secret } = await client.call('createAppKey', { ...shown, signMethods: [] });
    output.row({ ...shown, secret });
  });
}

/** `appkey list`: keys by their name, without secrets. */
async function appKeyList(invocation: Invocation): Promise<void> {
  const sellerId = invocation.option('seller') ?? '';
  await withKeys(invocation, async (client) => {
    await printList(
      invocation,
      async (page) => await client.call('listAppKeys', { sellerId, page }),
      ({ appKeys }) => appKeys.map((key) => AppKeyEntry.toJSON(key)),
    );
  });
}

/** `appkey rotate`: a new secret, printed once; the former one stays good for the overlap. */
async function appKeyRotate(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const appKey = required(words[0], 'APP_KEY');
  const limits = { max: OVERLAP_HOURS_MAX, otherwise: OVERLAP_HOURS };
  const hours = wholeNumber(option('overlap'), '--overlap', limits);
  await withKeys(invocation, async (client) => {
    const overlapSeconds = hours * HOUR_SECONDS;
    const rotated = await client.call('rotateAppKey', { appKey, overlapSeconds });
    output.row({ appKey, ...rotated });
  });
}

const setEnabled =
  (enabled: boolean) =>
  async (invocation: Invocation): Promise<void> => {
    const appKey = required(invocation.words[0], 'APP_KEY');
    await withKeys(invocation, async (client) => {
      await client.call('setAppKeyEnabled', { appKey, enabled });
      invocation.output.row({ appKey, enabled });
    });
  };

/** `appkey disable`: calls with the key are refused, within seconds at every gateway. */
const appKeyDisable = setEnabled(false);
/** `appkey enable`: they are admitted again. */
const appKeyEnable = setEnabled(true);

/** Its part of the command line. */
export const APP_KEY_COMMANDS: readonly Command[] = [
  {
    name: 'appkey create',
    words: ['<APP_KEY>'],
    summary: 'a key for callers of the gateway; its secret is shown here and never again',
    needs: ['sellers', 'role'],
    takes: ['rate'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['appkey create 4272 --sellers 21230 --role erp'],
    changes: true,
    run: appKeyCreate,
  },
  {
    name: 'appkey list',
    summary: 'keys by their name, with the time until which a former secret is good',
    takes: ['seller', 'limit', 'from'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['appkey list --seller 21230'],
    run: appKeyList,
  },
  {
    name: 'appkey rotate',
    words: ['<APP_KEY>'],
    summary: 'a new secret, shown once; the former one stays good for a day or so many hours',
    takes: ['overlap'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['appkey rotate 4272 --overlap 2'],
    changes: true,
    run: appKeyRotate,
  },
  {
    name: 'appkey disable',
    words: ['<APP_KEY>'],
    summary: 'calls with the key are refused, within seconds',
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['appkey disable 4272'],
    changes: true,
    run: appKeyDisable,
  },
  {
    name: 'appkey enable',
    words: ['<APP_KEY>'],
    summary: 'calls with the key are admitted again',
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['appkey enable 4272'],
    changes: true,
    run: appKeyEnable,
  },
];
