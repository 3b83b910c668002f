import type { ProcurementAdminServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import type { makeDecideProcurement } from '../../../application/procurement/decide.ts';
import type { Procurements } from '../../../application/procurement/ports.ts';
import { DECISIONS } from '../../../domain/procurement/decide.ts';
import type { Procurement } from '../../../domain/procurement/procurement.ts';
import { problemsOf } from '../../../domain/procurement/settle.ts';
import type { Rules } from '../../../domain/procurement/settle.ts';
import { procurementToMessage } from './messages.ts';

export type ProcurementAdminDeps = {
  readonly procurements: Pick<Procurements, 'homeOf' | 'list' | 'load'>;
  readonly decide: ReturnType<typeof makeDecideProcurement>;
  readonly traceIdOf: (name: OrderRef) => string;
  readonly clock: Clock;
  readonly rules: Rules;
};

const NAME_MAX = 500;
const PAGE_DEFAULT = 100;
const PAGE_MAX = 500;

/** ProcurementAdminService: what became of requisitions and orders, and what a person decides about them. */
export function procurementAdminService(deps: ProcurementAdminDeps): ProcurementAdminServiceServer {
  const shown = ({ p, version }: { readonly p: Procurement; readonly version: bigint }) =>
    procurementToMessage(p, version, problemsOf(p, deps.clock(), deps.rules), deps.traceIdOf);
  const found = async (ref: OrderRef) => {
    const one = await deps.procurements.load(await deps.procurements.homeOf(ref));
    if (!one) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ORDER' });
    return { procurement: shown(one) };
  };
  return {
    getProcurement: unary('ProcurementAdminService/GetProcurement', async (request) =>
      found(orderOf(request)),
    ),
    listProcurements: unary('ProcurementAdminService/ListProcurements', async (request) => {
      const { sellerId, onlyProblems } = request;
      if (sellerId === '') throw invalid('MISSING_FIELD');
      const size = request.page?.size ?? 0;
      const limit = size === 0 ? PAGE_DEFAULT : Math.min(size, PAGE_MAX);
      const after = request.page?.token ?? '';
      const page = await deps.procurements.list({ sellerId, onlyProblems, limit, after });
      if (!page.ok) throw invalid(page.error);
      return { procurements: page.value.items.map(shown), nextToken: page.value.next };
    }),
    decideProcurement: unary('ProcurementAdminService/DecideProcurement', async (request) => {
      const { askedBy: by, requisitionId } = request;
      const ref = orderOf(request);
      const decision = [...DECISIONS, 'LINK' as const].find((one) => one === request.decision);
      if (!decision || by === '') throw invalid('MISSING_FIELD');
      if (by.length > NAME_MAX) throw invalid('TOO_LONG');
      const done = await deps.decide({ ref, decision, requisitionId, by });
      if (done.ok) return await found(done.value);
      const code = done.error === 'UNKNOWN_ORDER' ? GRPC.notFound : GRPC.failedPrecondition;
      throw new GrpcRefusal({ code, reason: done.error });
    }),
  };
}

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });
