/** The twelve interfaces by words of our own, those of messages that were not taken, and the tokens'. */
export const PROCUREMENT_CALLS = [
  'requisition',
  'order',
  'confirm',
  'return',
  'ship',
  'shipment',
  'receipt',
  'settlement',
  'create-goods',
  'modify-goods',
  'unpublish-goods',
  'goods',
  'messages',
  'confirm-messages',
  'token',
] as const;
export type ProcurementCall = (typeof PROCUREMENT_CALLS)[number];

/**
 * What one call gets. `isMade`: the call has its effect all the same. `late` has its effect and its answer,
 * after a while. `answer` is none: it lets a call pass before the next fault.
 */
export type Fault =
  | { readonly kind: 'answer' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'lost'; readonly isMade?: boolean }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: number;
      readonly body?: string;
      readonly isMade?: boolean;
    }
  | {
      readonly kind: 'refusal' | 'gateway';
      readonly code: string;
      readonly message?: string;
      readonly isMade?: boolean;
    }
  | { readonly kind: 'text'; readonly text: string; readonly isMade?: boolean };

/** A call of the supplier's, with its fields; token, secrets and signature are left out. */
export type Call = {
  readonly at: string;
  readonly call: ProcurementCall;
  readonly fields: Readonly<Record<string, string>>;
  readonly fault: Fault['kind'] | null;
  readonly answer: string;
};

const FAULTS_MAX = 100;
const CALLS_KEPT = 2_000;

/** What the next calls of each application get, one fault each, and what was called. */
export class Script {
  private readonly faults = new Map<string, Fault[]>();
  private readonly calls = new Map<string, Call[]>();

  set(appKey: string, call: ProcurementCall, faults: readonly Fault[]): void {
    this.faults.set(`${appKey}/${call}`, faults.slice(0, FAULTS_MAX));
  }

  next(appKey: string, call: ProcurementCall): Fault | null {
    const fault = this.faults.get(`${appKey}/${call}`)?.shift();
    return fault === undefined || fault.kind === 'answer' ? null : fault;
  }

  record(appKey: string, call: Call): void {
    const kept = this.calls.get(appKey) ?? [];
    kept.push(call);
    if (kept.length > CALLS_KEPT) kept.shift();
    this.calls.set(appKey, kept);
  }

  /** The oldest first. */
  callsOf(appKey: string, call?: string): readonly Call[] {
    const kept = this.calls.get(appKey) ?? [];
    return call === undefined ? kept : kept.filter((one) => one.call === call);
  }
}
