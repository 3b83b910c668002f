import type { Place, StockKind } from '@astrolabe/kernel';
import type { Positioned } from '../../src/application/partition/offers.ts';
import type { Body, Command } from '../../src/domain/commands.ts';
import type { PolicyRule } from '../../src/domain/policy-rules.ts';
import type { Outcome } from '../../src/domain/outcomes.ts';
import type { Random } from './random.ts';

export const PLACES: readonly Place[] = [
  { type: 'WAREHOUSE', id: 'W' },
  { type: 'STORE', id: 'S' },
];
export const GOODS = ['g', 'h'];
const KINDS: readonly StockKind[] = ['CERTAIN', 'SHARED'];
const SELLERS = ['s1', 's2'];

/** The first response that a caller got to a command. */
export type Response = {
  readonly command: Command;
  readonly outcome: Outcome;
  readonly sequence: number;
};

/**
 * Callers that send every command again until they get its outcome, and sometimes once more
 * afterwards: the response must never change.
 */
export class Clients {
  readonly responses = new Map<string, Response>();
  private readonly unanswered = new Map<string, Command>();
  private readonly attempts = new Map<string, number>();
  private readonly random: Random;
  private made = 0;

  constructor(random: Random) {
    this.random = random;
  }

  get waiting(): number {
    return this.unanswered.size;
  }

  /** A new command, or an old one again. */
  next(): Command {
    const again = this.random.once(3);
    if (again && this.unanswered.size > 0) return this.random.pick([...this.unanswered.values()]);
    if (this.random.once(12) && this.responses.size > 0) {
      return this.random.pick([...this.responses.values()]).command;
    }
    this.made += 1;
    const command: Command = {
      operationId: `op-${this.made}`,
      sellerId: this.random.pick(SELLERS),
      actor: 'client',
      messageId: '',
      body: this.body(),
    };
    this.unanswered.set(command.operationId, command);
    return command;
  }

  /**
   * What is known of the commands at the moment of sending: later answers must agree with it. Each
   * attempt is open until its outcome is heard, or it is known to be undecided for ever.
   */
  send(commands: readonly Command[]): (Response | undefined)[] {
    this.count(commands, 1);
    return commands.map((command) => this.responses.get(command.operationId));
  }

  /** Nothing was decided of the attempt. */
  hearUndecided(commands: readonly Command[]): void {
    this.count(commands, -1);
  }

  /** True when an attempt of the command may have been decided without anybody hearing of it. */
  isOpen = (operationId: string): boolean => (this.attempts.get(operationId) ?? 0) > 0;

  private count(commands: readonly Command[], by: number): void {
    for (const { operationId } of commands) {
      this.attempts.set(operationId, (this.attempts.get(operationId) ?? 0) + by);
    }
  }

  /** Attempts of one command overlap: an older one's refusal may come after a newer one's success. */
  hear(
    commands: readonly Command[],
    outcomes: readonly Positioned[],
    earlier: readonly (Response | undefined)[],
  ): void {
    this.count(commands, -1);
    commands.forEach((command, at) => {
      const answer = outcomes[at];
      if (!answer) throw new Error(`${command.operationId} got no outcome`);
      this.unanswered.delete(command.operationId);
      const before = earlier[at];
      const agrees =
        before?.sequence === answer.sequence &&
        JSON.stringify(before.outcome) === JSON.stringify(answer.outcome);
      if (before?.outcome.status === 'APPLIED' && !agrees) {
        throw new Error(`${command.operationId} got two outcomes`);
      }
      const isSettled = this.responses.get(command.operationId)?.outcome.status === 'APPLIED';
      if (!isSettled) this.responses.set(command.operationId, { command, ...answer });
    });
  }

  private body(): Body {
    const { random } = this;
    const ref = `hold-${random.below(12)}`;
    const place = random.pick(PLACES);
    const kind = random.pick(KINDS);
    const goodsId = random.pick(GOODS);
    switch (random.below(11)) {
      case 0:
      case 1:
      case 2:
        return this.reserve(ref);
      case 3:
        return {
          verb: 'ROUTE',
          ref,
          lines: [{ lineId: '0', place, kind, quantity: 0, goodsId: '' }],
        };
      case 4:
        return { verb: random.pick(['ACCEPT', 'REFUSE'] as const), ref, lineIds: [] };
      case 5:
        return {
          verb: random.pick(['RELEASE', 'GIVE_BACK'] as const),
          ref,
          lineIds: [],
          reason: '',
        };
      case 6:
        return { verb: 'CONSUME', ref, lines: [{ lineId: '0', quantity: 0 }], shipmentRef: '' };
      case 7:
        return { verb: 'CONFIRM', ref };
      case 9:
        return this.repair(ref, place, goodsId, kind);
      case 8:
        return this.policy(goodsId, place);
      default: {
        const billNum = `bill-${this.made}`;
        const quantity = random.below(5);
        // Within the seconds around the beginning of a life: some reports come late, some are ahead.
        const operationTimeMs = random.once(2) ? null : (998 + random.below(5)) * 1_000;
        const line = { billNum, place, goodsId, kind, operationTimeMs };
        return random.once(2)
          ? { verb: 'INITIALISE', billScope: 'i', lines: [{ ...line, quantity }] }
          : {
              verb: 'ADJUST',
              billScope: 'u',
              lines: [{ ...line, billType: 'BALANCE', delta: quantity - 2, finalQuantity: null }],
            };
      }
    }
  }

  private repair(ref: string, place: Place, goodsId: string, kind: StockKind): Body {
    const { random } = this;
    if (random.once(2)) return { verb: 'REPAIR_HOLD', ref, reason: '' };
    const expected = { quantity: random.below(4), held: random.below(3) };
    const quantity = random.below(6);
    return { verb: 'REPAIR_CELL', place, goodsId, kind, expected, quantity, reason: '' };
  }

  private policy(goodsId: string, place: Place): Body {
    const { random } = this;
    const most = random.once(2) ? null : 1 + random.below(8);
    const quantity = random.once(2) ? null : random.below(3);
    const limit = random.once(2)
      ? { of: 'SHARE' as const, tenThousandths: 10_000 - random.below(5_000) }
      : null;
    const rules: PolicyRule[] = [
      { rule: 'SAFETY', goodsId, place: random.once(2) ? place : null, quantity },
      { rule: 'QUOTA', channel: 'c', goodsId: random.once(2) ? goodsId : '', limit },
      { rule: 'CHANNEL_HOLDS', channel: 'c', most },
      { rule: 'BUYER_HOLDS', most },
    ];
    return { verb: 'PUT_POLICY', rules: [random.pick(rules)] };
  }

  private reserve(ref: string): Body {
    const { random } = this;
    const lines = Array.from({ length: 1 + random.below(2) }, (_, at) => ({
      lineId: String(at),
      goodsId: random.pick(GOODS),
      quantity: 1 + random.below(2),
      place: random.once(2) ? random.pick(PLACES) : null,
      kind: 'CERTAIN' as const,
    }));
    const ttlMs = random.once(3) ? 1 + random.below(400) : 0;
    return {
      verb: 'RESERVE',
      ref,
      channel: 'c',
      lines,
      ttlMs,
      buyerRef: random.once(2) ? 'b' : '',
    };
  }
}
