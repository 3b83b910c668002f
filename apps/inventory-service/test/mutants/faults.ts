/** A fault that an engineer could make: a text of the source and what it becomes. */
export type Fault = {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
};

/** Each of them must make a test fail; `check.ts` plants one at a time. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'release the certain hold at ship instead of at accept',
    file: 'src/domain/answer.ts',
    from: `    if (line.routed && line.guarantee) {
      changes.push(unhold(line.guarantee, line.open, line.lineId));
    }
    outcomes.push(lineAt(line.lineId, 'APPLIED', source, line.open));`,
    to: `    outcomes.push(lineAt(line.lineId, 'APPLIED', source, line.open));`,
  },
  {
    name: 'move the hold to shared stock instead of adding one',
    file: 'src/domain/route.ts',
    from: `asked.kind === 'SHARED' && line.guarantee?.kind === 'CERTAIN';`,
    to: `asked.kind === 'SHARED' && line.guarantee === null;`,
  },
  {
    name: 'release the certain hold on refuse',
    file: 'src/domain/answer.ts',
    from: `    if (line.routed) changes.push(unhold(line.routed, line.open, line.lineId));
    const status`,
    to: `    if (line.routed) changes.push(unhold(line.routed, line.open, line.lineId));
    if (line.guarantee) changes.push(unhold(line.guarantee, line.open, line.lineId));
    const status`,
  },
  {
    name: 'count a line twice when its bill is replayed',
    file: 'src/domain/bills.ts',
    from: `  if (before === body) {`,
    to: `  if (before === body && body === '') {`,
  },
  {
    name: 'forget a processed bill',
    file: 'src/domain/bills.ts',
    from: `remember(state.bills, key, body);`,
    to: `remember(state.bills, key + Math.random(), body);`,
  },
  {
    name: 'check lines on the same goods one by one',
    file: 'src/domain/ledger.ts',
    from: `  for (const change of changes) {
    if (change.cell === cell) free += change.quantity - change.held;
  }`,
    to: `  for (const change of changes) {
    if (change.cell === cell) free += change.quantity;
  }`,
  },
  {
    name: 'answer before the append',
    file: 'src/application/partition/owner.ts',
    from: `else if (this.open.decided.length > 0) this.open.waiting.push(waiting);`,
    to: `else if (this.open.decided.length > 0) waiting.release();`,
  },
  {
    name: 'net a stock-take against the unreported sales',
    file: 'src/domain/bills.ts',
    from: `if (line.billType !== 'TAOBAO_INCLUDED') return`,
    to: `if (line.billType === 'TAOBAO_EXCLUDED') return`,
  },
  {
    name: 'let an older count undo a newer change',
    file: 'src/domain/bills.ts',
    from: `if (isLate(countedAtMs, existing)) return`,
    to: `if (isLate(countedAtMs, existing) && line.kind === 'CERTAIN') return`,
  },
  {
    name: 'let a late report set the time of a cell back',
    file: 'src/domain/goods.ts',
    from: `if (atMs > this.reportedAtMs) this.amounts`,
    to: `this.amounts`,
  },
  {
    name: 'forget in a snapshot when a cell was reported last',
    file: 'src/application/partition/snapshot.ts',
    from: `  cell.reported(reportedAtMs);
`,
    to: ``,
  },
  {
    name: 'take a foreign record for our own',
    file: 'src/application/partition/owner.ts',
    from: `          found.owner === record.owner &&
          found.epoch === record.epoch &&
          found.hash === record.hash;`,
    to: `          found.sequence === record.sequence;`,
  },
  {
    name: 'answer past the lease',
    file: 'src/application/partition/owner.ts',
    from: `this.isLeased() ? waiting.release()`,
    to: `this.isLeased() || !this.ended ? waiting.release()`,
  },
  {
    name: 'let a hold change while a snapshot is taken',
    file: 'src/domain/hold-store/blocks.ts',
    from: `  blocks.beforeWrite?.(at);`,
    to: ``,
  },
  {
    name: 'take a page of holds that was written to for the one that a snapshot has',
    file: 'src/domain/hold-store/blocks.ts',
    from: `  page.version += 1;`,
    to: ``,
  },
  {
    name: 'burn the operation id of a refusal',
    file: 'src/application/partition/owner.ts',
    from: `    if (!decision.changed) return this.positioned(`,
    to: `    if (!decision.changed && outcome.status !== 'INSUFFICIENT')
      return this.positioned(`,
  },
  {
    name: 'keep safety stock back of shared stock too',
    file: 'src/domain/policy.ts',
    from: `if (safety.size === 0 || cell.kind !== 'CERTAIN') return 0;`,
    to: `if (safety.size === 0) return 0;`,
  },
  {
    name: 'let the safety rule that says least win',
    file: 'src/domain/policy.ts',
    from: `    safety.get(safetyKey(cell.goodsId, cell.place)) ??
    safety.get(safetyKey(cell.goodsId, null)) ??`,
    to: `    safety.get(safetyKey(cell.goodsId, null)) ??
    safety.get(safetyKey(cell.goodsId, cell.place)) ??`,
  },
  {
    name: 'forget what a channel holds of its quota',
    file: 'src/domain/policy.ts',
    from: `return limitOf(seller, goodsId, rule.limit) - held;`,
    to: `return limitOf(seller, goodsId, rule.limit) - held * 0;`,
  },
  {
    name: 'one hold more than the budget of a channel',
    file: 'src/domain/policy.ts',
    from: `?? 0) >= ofChannel) {`,
    to: `?? 0) > ofChannel) {`,
  },
  {
    name: 'one hold more than the budget of a buyer',
    file: 'src/domain/policy.ts',
    from: `?? 0) >= policy.buyerHolds ?`,
    to: `?? 0) > policy.buyerHolds ?`,
  },
  {
    name: 'forget to write a hold back',
    file: 'src/domain/apply.ts',
    from: `  if (found) saveHold(state.holds, found);`,
    to: ``,
  },
  {
    name: 'leave a gap in the index of holds',
    file: 'src/domain/hold-store/index.ts',
    from: `((slot - gap) & mask)) continue;`,
    to: `((slot - gap) & mask)) break;`,
  },
  {
    name: 'open a cell for a refused adjustment',
    file: 'src/domain/bills.ts',
    from: `      const net = netOf(existing?.unreported ?? 0, line);`,
    to: `      openCell(state, seller, line.goodsId, line.place, line.kind);
      const net = netOf(existing?.unreported ?? 0, line);`,
  },
  {
    name: 'repair a cell that has changed since it was looked at',
    file: 'src/domain/repair.ts',
    from: `if (cell.quantity !== expected.quantity || cell.held !== expected.held) {`,
    to: `if (cell.quantity !== expected.quantity) {`,
  },
  {
    name: 'repair a cell below what is held',
    file: 'src/domain/repair.ts',
    from: `if (quantity < cell.held || quantity > LIMITS.cellMilli) {`,
    to: `if (quantity > LIMITS.cellMilli) {`,
  },
  {
    name: 'empty the journal before the archive has it',
    file: 'src/application/hosting/archive.ts',
    from: `  await archive.keep(run);`,
    to: `  await archive.empty(run);
  await archive.keep(run);`,
  },
  {
    name: 'archive what a snapshot or a projection still needs',
    file: 'src/application/hosting/archive.ts',
    from: `if ((await deps.doneUpTo()) < place + ARCHIVE_RUN) return false;`,
    to: ``,
  },
  {
    name: 'a changed cell keeps its rank among many',
    file: 'src/domain/ledger.ts',
    from: `  cell.goods.ranking?.changed(cell);`,
    to: ``,
  },
  {
    name: 'the best of many is chosen although the same order has planned on it',
    file: 'src/domain/location.ts',
    from: `if (!first || planned.every(({ cell }) => cell !== first)) return first;`,
    to: `return first;`,
  },
  {
    name: 'let who waits for the journal take no share of the queue',
    file: 'src/application/partition/owner.ts',
    from: `      this.queue.setAside(command.sellerId);
`,
    to: ``,
  },
];
