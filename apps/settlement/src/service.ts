import { TOPICS } from '@astrolabe/contracts';
import {
  BillServiceService,
  MallMoneyAdminServiceService,
  MallMoneyServiceService,
  SettlementNoteServiceService,
  SettlementOverviewServiceService,
  SettlementServiceService,
} from '@astrolabe/contracts/settlement';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { connectProcurement, openService, systemClock, watchCalls } from '@astrolabe/runtime';
import type { OpenedService, Parts } from '@astrolabe/runtime';
import { createWorkQueue } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { METRIC, counter, orderTrace } from '@astrolabe/telemetry';
import { billService } from './adapters/grpc/bill-service.ts';
import { toMessage } from './adapters/grpc/message.ts';
import { mallMoneyAdminService } from './adapters/grpc/mall/admin-service.ts';
import { mallMoneyService } from './adapters/grpc/mall/money-service.ts';
import { createCredits } from './adapters/mongo/mall/credits.ts';
import { createMoneys } from './adapters/mongo/mall/moneys.ts';
import { createTransfers } from './adapters/mongo/mall/transfers.ts';
import { overviewService } from './adapters/grpc/overview-service.ts';
import { noteTo } from './adapters/grpc/procurement/message.ts';
import { settlementNoteService } from './adapters/grpc/procurement/note-service.ts';
import { settlementService } from './adapters/grpc/settlement-service.ts';
import { eventHandler } from './adapters/kafka/incoming.ts';
import { encodeNoteChanged } from './adapters/kafka/procurement.ts';
import { createNoteWatch } from './adapters/log/note-watch.ts';
import { createNotePlatform } from './adapters/http/procurement.ts';
import { createNotes } from './adapters/mongo/procurement/notes.ts';
import { createReceipts } from './adapters/mongo/procurement/receipts.ts';
import { encodeRecorded } from './adapters/kafka/outgoing.ts';
import { createOverview } from './adapters/mongo/overview.ts';
import { shared } from './adapters/mongo/shared-counts.ts';
import { createPayables } from './adapters/mongo/payables.ts';
import { createReceivables } from './adapters/mongo/receivables.ts';
import { makeImportBill } from './application/import-bill.ts';
import { makeRecordPartReturn, makeRecordReturn } from './application/record-return.ts';
import { makeRecordShipment } from './application/record-shipment.ts';
import { makeCheckCredit, makeFreeCredit, makePutCredit } from './application/mall/credit.ts';
import { makeGrantDiscount } from './application/mall/discounts.ts';
import { makeInvoices } from './application/mall/invoices.ts';
import type { TransferName } from './application/mall/ports.ts';
import { makeRecordFact } from './application/mall/record-fact.ts';
import {
  makeDriveTransfer,
  makeSubmitTransfer,
  makeTryTransfer,
  makeVerifyTransfer,
} from './application/mall/transfers.ts';
import { makeHear } from './application/procurement/hear.ts';
import type { NoteName } from './application/procurement/ports.ts';
import { makeReadNote } from './application/procurement/read-note.ts';
import type { Config } from './config.ts';

const NAME = 'settlement';

/** Everything of settlement, wired but not started. `overrides` replace the clock in tests. */
export async function createService(
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const service = await openService(NAME, context);
  const receivables = await service.outbox(TOPICS.settlementEvents, (outbox) =>
    createReceivables({ ...outbox, clock, encode: (one) => encodeRecorded(toMessage(one)) }),
  );
  const payables = await createPayables(service.db);
  const { config, logger } = context;
  const mall = await mallOf(service.db, { clock, logger });
  const procurement = await procurementOf(service, { config, clock, logger });
  const lines = counter(
    METRIC.settlementLines,
    'Shipments recorded',
    ['outcome'],
    ['recorded', 'credited', 'payable'].map((outcome) => ({ outcome })),
  );
  const traceId = (ref: OrderRef): string => orderTrace(ref).traceId;
  const record = makeRecordShipment({ receivables, clock, traceId });
  const recordReturn = makeRecordReturn({ receivables, clock, traceId });
  const recordPartReturn = makeRecordPartReturn({ receivables, clock, traceId });
  const handle = eventHandler({
    shipped: async (shipment) => {
      const recorded = await record(shipment);
      lines.inc({ outcome: recorded.ok ? 'recorded' : recorded.error });
      return recorded;
    },
    dispatched: async (payable) => {
      const isNew = await payables.record({ ...payable, recordedAt: clock() });
      if (isNew) lines.inc({ outcome: 'payable' });
    },
    returned: async (returned) => {
      await recordReturn(returned);
      lines.inc({ outcome: 'credited' });
    },
    tookBack: async (told) => {
      const recorded = await recordPartReturn(told);
      lines.inc({ outcome: recorded.ok ? 'credited' : recorded.error });
      return recorded;
    },
    mall: mall.record,
    procurement: procurement.hear,
  });
  return service.of({
    consumers: [
      {
        group: NAME,
        leisurely: true,
        topics: [TOPICS.orderEvents, TOPICS.fulfillmentEvents, TOPICS.ingressProcurement],
        handle,
      },
    ],
    clients: procurement.clients,
    loops: [procurement.loop],
    work: [...mall.work, ...procurement.work],
    contracts: [
      [SettlementServiceService, settlementService(receivables, payables)],
      [BillServiceService, billService(makeImportBill({ receivables, clock, traceId }))],
      [
        SettlementOverviewServiceService,
        overviewService({ ...mall.stored, overview: shared(createOverview(service.db, clock)) }),
      ],
      ...mall.contracts,
      ...procurement.contracts,
    ],
  });
}

type Setting = { readonly clock: Clock; readonly logger: Logger };

/** The money of malls' orders: what is served of it, and what records the facts of events. */
async function mallOf(db: OpenedService['db'], { clock, logger }: Setting) {
  const [moneys, credits, transfers] = await Promise.all([
    createMoneys(db),
    createCredits(db),
    createTransfers(db),
  ]);
  const stored = { moneys, credits, transfers, clock };
  const drive = makeDriveTransfer(stored);
  const invoices = makeInvoices({ moneys, clock });
  // What a process that ended has left: nobody waits for it, so it is swept.
  const leftOver = createWorkQueue<TransferName>({
    name: 'transfers',
    work: async (name) => {
      const found = await transfers.load(name);
      if (found) await drive(found);
    },
    due: (now, limit) => transfers.due(now, limit),
    clock,
    keyOf: ({ sellerId, bankNumber }) => `${sellerId}/${bankNumber}`,
    onError: (name, err) => logger.error({ err, ...name }, 'a transfer could not be settled'),
    onSweepError: (err) => logger.warn({ err }, 'a sweep of transfers failed'),
  });
  const contracts: NonNullable<Parts['contracts']> = [
    [
      MallMoneyServiceService,
      mallMoneyService({
        ...stored,
        checkCredit: makeCheckCredit(credits),
        freeCredit: makeFreeCredit(credits, moneys),
        submitTransfer: makeSubmitTransfer(stored),
        invoices,
      }),
    ],
    [
      MallMoneyAdminServiceService,
      mallMoneyAdminService({
        ...stored,
        putCredit: makePutCredit(credits),
        verifyTransfer: makeVerifyTransfer(stored),
        tryTransfer: makeTryTransfer(stored),
        grantDiscount: makeGrantDiscount(stored),
        invoices,
      }),
    ],
  ];
  return { record: makeRecordFact(stored), work: [leftOver.component], contracts, stored };
}

const PLATFORM_CONNECTIONS_MAX = 16;
const PLATFORM_ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const PEER_DEADLINE_MS = 2_000;
/** About an hour of looking for a detail; then a person asks for it again. */
const READS_MAX = 12;
/** An application that is told to wait, or a connection that is closed: half a day. */
const WITHHELD = { max: 1_440, waitMs: 30_000 } as const;

type ProcurementSetting = Setting & { readonly config: Config };

/** Settlement notes of procurement: what reads them, what hears of them, and what people see. */
async function procurementOf(
  service: OpenedService,
  { config, clock, logger }: ProcurementSetting,
) {
  const notes = await service.outbox(TOPICS.settlementEvents, (outbox) =>
    createNotes({ ...outbox, clock, encode: (note) => encodeNoteChanged(noteTo(note)) }),
  );
  const receipts = await createReceipts(service.db);
  const { client, clients, loop, callMs } = connectProcurement(config, {
    clock,
    logger,
    caller: NAME,
    name: 'procurement-platform',
    maxConnections: PLATFORM_CONNECTIONS_MAX,
    maxResponseBytes: PLATFORM_ANSWER_BYTES_MAX,
    accessMs: PEER_DEADLINE_MS,
  });
  let wake: (name: NoteName) => void = () => undefined;
  const common = { notes, receipts, clock, wake: (name: NoteName) => wake(name) };
  const queue = createWorkQueue<NoteName>({
    name: 'notes',
    work: makeReadNote({
      ...common,
      platform: createNotePlatform(client),
      policy: {
        attemptsMax: READS_MAX,
        firstWaitMs: config.NOTE_RETRY_MS,
        factor: 3,
        waitMaxMs: 600_000,
        leaseMs: 2 * callMs,
        withheld: WITHHELD,
      },
      watch: watchCalls('note', logger),
      told: createNoteWatch(logger),
    }),
    due: (now, limit) => notes.due(now, limit),
    clock,
    keyOf: ({ sellerId, noteId }) => `${sellerId}/${noteId}`,
    onError: (name, err) => logger.error({ err, ...name }, 'a settlement note could not be read'),
    onSweepError: (err) => logger.warn({ err }, 'a sweep of settlement notes failed'),
  });
  wake = queue.add;
  const contracts: NonNullable<Parts['contracts']> = [
    [SettlementNoteServiceService, settlementNoteService(common)],
  ];
  return { hear: makeHear(common), clients, loop, work: [queue.component], contracts };
}
