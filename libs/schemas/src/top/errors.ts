/** Error of the TOP protocol. `code` tells the platform's class, `subCode` what to do about it. */
export type TopError = {
  readonly code: number;
  readonly msg: string;
  readonly subCode?: string;
  readonly subMsg?: string;
};

/** Platform errors by name (TOP error code reference; only those that this system answers). */
export const TOP_ERRORS = {
  appCallLimited: { code: 7, msg: 'App Call Limited' },
  httpActionNotAllowed: { code: 9, msg: 'Http Action Not Allowed' },
  serviceUnavailable: { code: 10, msg: 'Service Currently Unavailable' },
  insufficientIsvPermissions: { code: 11, msg: 'Insufficient ISV Permissions' },
  remoteServiceError: { code: 15, msg: 'Remote service error' },
  missingMethod: { code: 21, msg: 'Missing Method' },
  invalidMethod: { code: 22, msg: 'Invalid Method' },
  invalidFormat: { code: 23, msg: 'Invalid Format' },
  missingSignature: { code: 24, msg: 'Missing Signature' },
  invalidSignature: { code: 25, msg: 'Invalid Signature' },
  missingSession: { code: 26, msg: 'Missing Session' },
  invalidSession: { code: 27, msg: 'Invalid Session' },
  missingAppKey: { code: 28, msg: 'Missing App Key' },
  invalidAppKey: { code: 29, msg: 'Invalid App Key' },
  missingTimestamp: { code: 30, msg: 'Missing Timestamp' },
  invalidTimestamp: { code: 31, msg: 'Invalid Timestamp' },
  missingVersion: { code: 32, msg: 'Missing Version' },
  invalidVersion: { code: 33, msg: 'Invalid Version' },
  missingArguments: { code: 40, msg: 'Missing Required Arguments' },
  invalidArguments: { code: 41, msg: 'Invalid Arguments' },
  /** The business class of the seed documents: `sub_code` decides. */
  businessError: { code: 50, msg: 'Remote service error' },
} as const satisfies Readonly<Record<string, TopError>>;

export type TopErrorName = keyof typeof TOP_ERRORS;

/** An error of the table, with the detail that the caller may act on. */
export const topError = (name: TopErrorName, subCode?: string, subMsg?: string): TopError => ({
  ...TOP_ERRORS[name],
  ...(subCode === undefined ? {} : { subCode }),
  ...(subMsg === undefined ? {} : { subMsg }),
});

/**
 * What a caller should do: `isp.*` is the server's fault and may be repeated, any other sub code is
 * the caller's; without one, codes below 100 but for 15, 40 and 41 are the platform's
 * (developer document 102707). The sub code is looked at first.
 */
export function topErrorClass(error: TopError): 'PLATFORM' | 'SERVER' | 'CALLER' {
  if (error.subCode?.startsWith('isp.') === true) return 'SERVER';
  if (error.subCode !== undefined && error.subCode !== '') return 'CALLER';
  return error.code < 100 && ![15, 40, 41].includes(error.code) ? 'PLATFORM' : 'CALLER';
}
