/** Set by `--dry-run`, or by who wants no command to change anything. */
export const DRY_RUN = 'ASTROLABE_DRY_RUN';

const SECRETS: ReadonlySet<string> = new Set([
  'secret',
  'password',
  'accessToken',
  'refreshToken',
  'session',
  'spiSecret',
]);

const withoutSecrets = (request: unknown): unknown =>
  JSON.parse(
    JSON.stringify(request, (name, value: unknown) => {
      if (SECRETS.has(name) && value !== '') return '(secret)';
      return typeof value === 'bigint' ? value.toString() : value;
    }),
  );

/** A change that a dry run has stopped at: what would have been asked for. */
export class Planned extends Error {
  override readonly name = 'Planned';
  readonly row: Readonly<Record<string, unknown>>;

  constructor(method: string, request: unknown) {
    super(`${method} was not called: this is a dry run`);
    this.row = { dryRun: true, wouldCall: method, request: withoutSecrets(request) };
  }
}
