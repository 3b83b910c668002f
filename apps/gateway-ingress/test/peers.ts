import { FulfillmentServiceService } from '@astrolabe/contracts/fulfillment';
import type { ReportStatusRequest, ReportStatusResponse } from '@astrolabe/contracts/fulfillment';
import { InventoryServiceService, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type {
  Cell,
  Command,
  ExecuteBatchRequest,
  ExecuteBatchResponse,
  ExecuteRequest,
  ExecuteResponse,
  LineOutcome,
  Outcome,
  QueryRequest,
  QueryResponse,
} from '@astrolabe/contracts/inventory';
import { DistributionServiceService, OrderServiceService } from '@astrolabe/contracts/order';
import type {
  GetOrderRequest,
  GetOrderResponse,
  Order,
  ReportAllocationRequest,
  ReportAllocationResponse,
  SubmitOrderRequest,
  SubmitOrderResponse,
} from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, createGrpcServer, unary } from '@astrolabe/grpc';
import type { GrpcServer, GrpcServerOptions } from '@astrolabe/grpc';
import { createLogger } from '@astrolabe/service';

export const logger = createLogger({ service: 'test', level: 'silent' });

/** Lines that inventory-service decides in one command. */
const LINES_PER_COMMAND = 200;

/** The three peers that a test plays; what they were asked, and how they are to answer. */
export class FakePeers {
  readonly commands: Command[] = [];
  readonly queries: QueryRequest[] = [];
  readonly reports: ReportStatusRequest[] = [];
  readonly allocations: ReportAllocationRequest[] = [];
  readonly submitted: SubmitOrderRequest[] = [];
  readonly ordersAsked: GetOrderRequest[] = [];
  /** What routing has; null: nothing. */
  order: Order | null = null;
  /** What a distribution order is answered. */
  placed: SubmitOrderResponse = {
    orders: [{ orderId: '4356409609904969811', amountFen: 9_800n, postFeeFen: 9_200n }],
    pricesFen: [600n],
    obstacle: undefined,
    isOwn: true,
  };
  /** How long callers gave each call, in milliseconds. */
  readonly budgets: number[] = [];
  cells: Cell[] = [];
  /** Reasons by bill number. */
  refusedBills = new Map<string, string>();
  /** Runs before every answer; throws to refuse, waits to be late. */
  before: () => Promise<void> = () => Promise.resolve();

  readonly #servers: GrpcServer[] = [];

  forget(): void {
    const { commands, queries, reports, allocations, ordersAsked } = this;
    for (const list of [commands, queries, reports, allocations, ordersAsked]) list.length = 0;
    this.order = null;
    this.budgets.length = 0;
    this.cells = [];
    this.refusedBills = new Map();
    this.before = () => Promise.resolve();
  }

  /** Starts the peers; their addresses. */
  async start(): Promise<{ inventory: string; fulfillment: string; orders: string }> {
    const [inventory, fulfillment, orders] = await Promise.all([
      this.#serve(InventoryServiceService, {
        execute: this.#method<ExecuteRequest, ExecuteResponse>('execute', ({ command }) => ({
          outcome: command && this.#decide(command),
        })),
        executeBatch: this.#method<ExecuteBatchRequest, ExecuteBatchResponse>(
          'executeBatch',
          ({ commands }) => ({ outcomes: commands.map((command) => this.#decide(command)) }),
        ),
        query: this.#method<QueryRequest, QueryResponse>('query', (request) => {
          this.queries.push(request);
          const named = (cell: Cell) =>
            request.goodsIds.includes(cell.goodsId) &&
            request.places.some((place) => place.id === cell.place?.id);
          return { cells: this.cells.filter(named), position: undefined, nextToken: '' };
        }),
        getHold: unknown('getHold'),
      }),
      this.#serve(FulfillmentServiceService, {
        reportStatus: this.#method<ReportStatusRequest, ReportStatusResponse>(
          'reportStatus',
          (request) => {
            this.reports.push(request);
            return { already: false, onTime: true };
          },
        ),
      }),
      this.#serve(
        OrderServiceService,
        {
          reportAllocation: this.#method<ReportAllocationRequest, ReportAllocationResponse>(
            'reportAllocation',
            (request) => {
              this.allocations.push(request);
              return {};
            },
          ),
          getOrder: this.#method<GetOrderRequest, GetOrderResponse>('getOrder', (request) => {
            this.ordersAsked.push(request);
            if (!this.order) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN' });
            const isKnown = request.knownVersion === this.order.version;
            return isKnown ? { order: undefined } : { order: this.order };
          }),
        },
        [
          [
            DistributionServiceService,
            {
              submitOrder: this.#method<SubmitOrderRequest, SubmitOrderResponse>(
                'submitOrder',
                (request) => {
                  this.submitted.push(request);
                  return this.placed;
                },
              ),
            },
          ],
        ],
      ),
    ]);
    return { inventory, fulfillment, orders };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.component.stop()));
  }

  #decide(command: Command): Outcome {
    this.commands.push(command);
    const { operationId, verb } = command;
    const uploaded =
      verb?.$case === 'initialise' || verb?.$case === 'adjust' ? verb.value.lines : [];
    const told = { operationId, position: undefined };
    if (uploaded.length > LINES_PER_COMMAND) {
      const reason = 'TOO_MANY_LINES';
      return { ...told, status: OutcomeStatus.INVALID, reason, lines: [] };
    }
    const lines = uploaded.map(({ billNum }): LineOutcome => {
      const reason = this.refusedBills.get(billNum) ?? '';
      const status = reason === '' ? OutcomeStatus.APPLIED : OutcomeStatus.CONFLICT;
      return { lineId: billNum, status, reason, kind: 0, quantityMilli: 0n, discrepancy: false };
    });
    const all = lines.every((line) => line.status === OutcomeStatus.APPLIED);
    const status = all ? OutcomeStatus.APPLIED : OutcomeStatus.PARTIAL;
    return { ...told, status, reason: '', lines };
  }

  #method<Request, Response>(name: string, answer: (request: Request) => Response) {
    return unary<Request, Response>(name, async (request, { deadline }) => {
      this.budgets.push(deadline.getTime() - Date.now());
      await this.before();
      return answer(request);
    });
  }

  async #serve(
    definition: GrpcServerOptions['services'][number][0],
    methods: GrpcServerOptions['services'][number][1],
    others: GrpcServerOptions['services'] = [],
  ): Promise<string> {
    const unexpected = (name: string) =>
      unary(name, () => Promise.reject(new Error(`${name} is not expected`)));
    const all = Object.keys(definition).map((name) => [name, methods[name] ?? unexpected(name)]);
    const server = createGrpcServer({
      logger,
      host: '127.0.0.1',
      port: 0,
      services: [[definition, Object.fromEntries(all)], ...others],
    });
    await server.component.start();
    this.#servers.push(server);
    return `127.0.0.1:${server.port()}`;
  }
}

/** A question for something that the peers of a test do not have. */
const unknown = (name: string) =>
  unary(name, () => Promise.reject(new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN' })));

/** A peer's refusal with a reason of the flow. */
export const refusing = (reason: string) => () =>
  Promise.reject(new GrpcRefusal({ code: GRPC.failedPrecondition, reason }));

/** A peer that says it cannot decide now. */
export const unavailable = () =>
  Promise.reject(new GrpcRefusal({ code: GRPC.unavailable, reason: 'STARTING' }));
