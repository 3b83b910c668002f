import { enumReader } from '@astrolabe/contracts';
import { isDoubtful, isGivenUp, isOpen, wordsOf } from '@astrolabe/outbound';
import { PushMethod } from '@astrolabe/contracts/push';
import type {
  Application as ApplicationMessage,
  Push as PushMessage,
  PushCall,
  PushRow,
  PushSeller,
} from '@astrolabe/contracts/push';
import type { Seller } from '../../application/ports.ts';
import type { Application } from '../../domain/audience.ts';
import { lacksSpi } from '../../domain/pushed-order.ts';
import type { Call, PushedOrder, Row } from '../../domain/pushed-order.ts';

const methodFrom = enumReader<PushMethod, 'ONBOARDING' | 'RETURNED' | null>('PushMethod', {
  [PushMethod.UNSPECIFIED]: null,
  [PushMethod.ONBOARDING]: 'ONBOARDING',
  [PushMethod.RETURNED]: 'RETURNED',
});

/** An order's push as operators see it. */
export const pushTo = (push: PushedOrder): PushMessage => ({
  orderRef: push.orderRef,
  allocate: push.allocate ? callTo(push.allocate) : undefined,
  query: push.query ? callTo(push.query) : undefined,
  returnedAppKeys: [...push.returned],
  rows: push.rows.map(rowTo),
  problems: [...push.problems],
});

const callTo = (call: Call): PushCall => ({
  state: callState(call),
  attempts: call.attempts,
  lastError: wordsOf(call),
  nextAt: call.nextAt ?? undefined,
  doneAt: call.doneAt ?? undefined,
});

function callState(call: Call): string {
  if (lacksSpi(call)) return 'MISSING';
  if (!isOpen(call)) return isGivenUp(call) ? 'GIVEN_UP' : 'DONE';
  return isDoubtful(call) ? 'UNKNOWN' : 'PENDING';
}

const rowTo = (row: Row): PushRow => ({
  appKey: row.appKey,
  state: rowState(row),
  attempts: row.attempts,
  lastError: wordsOf(row),
  writtenAt: row.writtenAt ?? undefined,
});

function rowState(row: Row): string {
  if (isOpen(row)) return 'PENDING';
  return isGivenUp(row) ? 'GIVEN_UP' : 'WRITTEN';
}

/** A seller's settings without its secret. */
export const sellerTo = (seller: Seller): PushSeller => ({
  sellerId: seller.sellerId,
  spiUrl: seller.spiUrl,
  spiAppKey: seller.spiAppKey,
  method: seller.method === 'ONBOARDING' ? PushMethod.ONBOARDING : PushMethod.RETURNED,
  onboardingAppKey: seller.onboardingAppKey,
  applications: seller.applications.map(({ appKey, omni, revealsReceiver = false }) => ({
    appKey,
    omni,
    revealsReceiver,
  })),
});

const applicationFrom = ({ appKey, omni, revealsReceiver }: ApplicationMessage): Application => ({
  appKey,
  omni,
  ...(revealsReceiver && { revealsReceiver: true }),
});

const APPLICATIONS_MAX = 20;

type SellerRefusal = 'MISSING_FIELD' | 'TOO_MANY_APPLICATIONS' | 'UNKNOWN_APP_KEY';

/** A seller's settings as they came in; a text tells what is wrong with them. */
export function sellerFrom(
  message: PushSeller | undefined,
  secret: string,
): Seller | SellerRefusal {
  if (!message || message.sellerId === '') return 'MISSING_FIELD';
  const { sellerId, spiUrl, spiAppKey, onboardingAppKey } = message;
  const applications = message.applications.map(applicationFrom);
  const method = methodFrom(message.method);
  if (!method) return 'MISSING_FIELD';
  if (spiUrl !== '' && (spiAppKey === '' || secret === '')) return 'MISSING_FIELD';
  if (applications.some(({ appKey }) => appKey === '')) return 'MISSING_FIELD';
  if (applications.length > APPLICATIONS_MAX) return 'TOO_MANY_APPLICATIONS';
  if (method === 'ONBOARDING' && onboardingAppKey === '') return 'MISSING_FIELD';
  const isKnown = applications.some(({ appKey, omni }) => omni && appKey === onboardingAppKey);
  if (onboardingAppKey !== '' && !isKnown) return 'UNKNOWN_APP_KEY';
  return { sellerId, spiUrl, spiAppKey, secret, method, onboardingAppKey, applications };
}
