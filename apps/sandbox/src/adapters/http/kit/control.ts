import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Certificate, Trials } from '../../../domain/kit.ts';
import type { Seller } from '../../../domain/seller.ts';
import { Shelf } from '../../../domain/shelf.ts';
import { BadRequest, bodyAs } from '../control-request.ts';
import type { ProcurementPlatform } from '../procurement/platform.ts';
import type { Bench } from './bench.ts';
import { certify } from './certify.ts';
import { distributionTrials } from './distribution.ts';
import { InterfaceReport } from './interface-report.ts';
import { mallTrials } from './mall.ts';
import { merchantOf } from './merchant.ts';
import { procurementTrials } from './procurement.ts';
import { qimenTrials } from './qimen.ts';
import { reportPage } from './report-page.ts';
import { tillTrials } from './till.ts';
import { tmallTrials } from './tmall.ts';

/** Connectors that are certified, by their channel. */
const CONNECTORS: Readonly<
  Record<
    string,
    (bench: Bench, procurement: ProcurementPlatform, report: InterfaceReport) => Trials
  >
> = {
  qimen: (bench) => qimenTrials(bench, merchantOf(bench)),
  tmall: (bench) => tmallTrials(bench, merchantOf(bench)),
  till: (bench) => tillTrials(bench, merchantOf(bench)),
  fenxiao: distributionTrials,
  '1688': procurementTrials,
  govmall: (bench, _procurement, report) => mallTrials(bench, report),
};

const CertifySchema = Type.Object({
  sellerId: Type.String(),
  channel: Type.Enum(Object.keys(CONNECTORS)),
});
const RUNS_KEPT = 20;
/** Well below the idle time after which a connection is closed. */
const WAIT_MAX_MS = 10_000;

export type KitDeps = Omit<Bench, 'seller'> & {
  readonly sellers: ReadonlyMap<string, Seller>;
  readonly ticks: () => number;
  readonly procurement: ProcurementPlatform;
};

/** Certifications take minutes: one is started, then asked for. The seller is one that was prepared for it. */
export function registerKit(
  app: FastifyInstance,
  { sellers, ticks, procurement, ...rest }: KitDeps,
): void {
  const runs = new Shelf<{ done: Promise<unknown>; certificate: Certificate | null }>(RUNS_KEPT);
  app.post('/control/certify', async (request) => {
    const { sellerId, channel } = bodyAs(CertifySchema, request);
    const seller = sellers.get(sellerId);
    const trialsOf = CONNECTORS[channel];
    if (!seller || !trialsOf) {
      throw new BadRequest(`seller ${sellerId} is not configured: PUT /control/config`);
    }
    const exchangesFrom = () => {
      const from = rest.log.count();
      return () => rest.log.since(from);
    };
    const id = randomUUID();
    const bench = { ...rest, seller };
    const report = new InterfaceReport();
    const running = certify(channel, sellerId, trialsOf(bench, procurement, report), {
      ticks,
      exchangesFrom,
      interfaces: () => report.checks(),
    });
    const run: { done: Promise<unknown>; certificate: Certificate | null } = {
      certificate: null,
      done: running.then((certificate) => {
        run.certificate = certificate;
      }),
    };
    runs.set(id, run);
    return { run: id };
  });
  const certificateAt = async (id: string): Promise<Certificate | null> => {
    const run = runs.get(id);
    if (!run) throw new BadRequest(`there is no run ${id}`);
    await Promise.race([run.done, delay(WAIT_MAX_MS)]);
    return run.certificate;
  };
  app.get<{ Params: { run: string } }>('/control/certify/:run', async ({ params }) => ({
    run: params.run,
    certificate: await certificateAt(params.run),
  }));
  app.get<{ Params: { run: string } }>(
    '/control/certify/:run/report',
    async ({ params }, reply) => {
      const certificate = await certificateAt(params.run);
      if (!certificate) throw new BadRequest(`run ${params.run} is not over`);
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
      return await reply
        .type('text/html;charset=utf-8')
        .send(reportPage(certificate, rest.clock()));
    },
  );
}
