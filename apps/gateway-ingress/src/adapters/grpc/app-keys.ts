import { randomBytes } from 'node:crypto';
import type {
  AppKey,
  AppKeyEntry as Message,
  IngressAdminServiceServer,
} from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { TOP_SIGN_METHODS } from '@astrolabe/signing';
import type { AppKeyAdmin, AppKeyEntry } from '../../application/ports.ts';

/** Ids of operations and actors are made of it. */
const APP_KEY_LENGTH_MAX = 50;
/** The current secret and the one before it. */
const SECRETS_MAX = 2;
const SECRET_BYTES = 16;
const OVERLAP_SECONDS_MAX = 30 * 24 * 3_600;
const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;
const ROLES: readonly string[] = ['pos', 'erp', 'isv', 'tmall'];
const METHODS: readonly string[] = TOP_SIGN_METHODS;

/** What is wrong with a key; null when nothing is. A key that could never be used is a mistake. */
function wrongWith(key: AppKey): string | null {
  if (key.appKey === '' || key.appKey.length > APP_KEY_LENGTH_MAX)
    return 'app_key: 1 to 50 letters';
  if (key.secrets.length === 0 || key.secrets.length > SECRETS_MAX) return 'secrets: one or two';
  if (key.secrets.includes('')) return 'secrets: none may be empty';
  if (!key.signMethods.every((method) => METHODS.includes(method))) return 'sign_methods: unknown';
  if (!ROLES.includes(key.role)) return 'role: pos, erp, isv or tmall';
  return key.ratePerSecond < 0 ? 'rate_per_second: not below 0' : null;
}

/** @throws GrpcRefusal INVALID_APP_KEY for what is no key. */
function checked(key: AppKey | undefined): AppKey {
  const details = key ? wrongWith(key) : 'app_key: required';
  if (key && details === null) return key;
  const code = GRPC.invalidArgument;
  throw new GrpcRefusal({ code, reason: 'INVALID_APP_KEY', details: details ?? '' });
}

function known(isKnown: boolean): void {
  if (!isKnown) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_APP_KEY' });
}

export type AppKeyMethods = Pick<
  IngressAdminServiceServer,
  'createAppKey' | 'listAppKeys' | 'putAppKey' | 'rotateAppKey' | 'setAppKeyEnabled'
>;

/** Application keys, for inside the cluster. Secrets that are made here are shown once. */
export const appKeyMethods = (appKeys: AppKeyAdmin, clock: Clock): AppKeyMethods => ({
  putAppKey: unary('putAppKey', async ({ appKey }) => {
    await appKeys.put(checked(appKey));
    return {};
  }),
  createAppKey: unary('createAppKey', async (request) => {
    const secret = newSecret();
    const key = checked({ ...request, secrets: [secret], enabled: true });
    if (await appKeys.create(key)) return { secret };
    throw new GrpcRefusal({ code: GRPC.alreadyExists, reason: 'APP_KEY_EXISTS' });
  }),
  listAppKeys: unary('listAppKeys', async ({ sellerId, page }) => {
    const limit = page?.size || PAGE_DEFAULT;
    if (limit < 1 || limit > PAGE_MAX) {
      const details = `1 to ${PAGE_MAX}`;
      throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'INVALID_PAGE_SIZE', details });
    }
    const { items, next } = await appKeys.list({ sellerId, limit, after: page?.token ?? '' });
    return { appKeys: items.map(toMessage), nextToken: next };
  }),
  rotateAppKey: unary('rotateAppKey', async ({ appKey, overlapSeconds }) => {
    if (overlapSeconds < 0 || overlapSeconds > OVERLAP_SECONDS_MAX) {
      const details = `overlap_seconds: 0 to ${OVERLAP_SECONDS_MAX}`;
      throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'INVALID_OVERLAP', details });
    }
    const until =
      overlapSeconds === 0 ? null : new Date(clock().getTime() + overlapSeconds * 1_000);
    const secret = newSecret();
    known(await appKeys.rotate(appKey, secret, until));
    return { secret, formerSecretUntil: until ?? undefined };
  }),
  setAppKeyEnabled: unary('setAppKeyEnabled', async ({ appKey, enabled }) => {
    known(await appKeys.setEnabled(appKey, enabled));
    return {};
  }),
});

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('hex');

const toMessage = ({ formerSecretUntil, ...key }: AppKeyEntry): Message => ({
  ...key,
  sellerIds: [...key.sellerIds],
  signMethods: [...key.signMethods],
  formerSecretUntil: formerSecretUntil ?? undefined,
});
