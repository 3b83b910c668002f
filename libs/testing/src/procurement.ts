import type { PutConnectionRequest } from '@astrolabe/contracts/ingress';

/** A connection to enterprise procurement, as an operator puts it; nothing of it is limited. */
export const procurementConnection = (
  connection: Partial<NonNullable<PutConnectionRequest['connection']>> & { sellerId: string },
  change: Partial<PutConnectionRequest> = {},
): PutConnectionRequest => ({
  connection: {
    platform: '1688',
    appKey: '1000000',
    gatewayUrl: 'http://127.0.0.1:9',
    memberId: 'b2b-3081850159d0afc',
    mainUserId: '',
    loginId: '',
    addressId: '',
    callsPerSecond: 0,
    ratePerSecond: 0,
    ...connection,
  },
  secret: 'test123',
  accessToken: '',
  accessTokenEndsAt: undefined,
  refreshToken: '',
  refreshTokenEndsAt: undefined,
  onlyNew: false,
  askedBy: 'operator:test',
  ...change,
});

/** A message of enterprise procurement, as the manual has it (document 000). */
export const procurementMessage = (
  messageId: number | string,
  type: string,
  userInfo: string,
  data: object,
): string => JSON.stringify({ msgId: messageId, gmtBorn: 1_572_867_144_980, type, userInfo, data });
