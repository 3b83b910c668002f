import { orderTrace, withOrderSpan, withSpan } from '@astrolabe/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Answered, Body, Kept, Prepared, Protocol, Told } from './protocol.ts';
import { NotNow } from './refusals.ts';
import { callerTrace } from './request.ts';
import { STATUS, countVerdict, startVerdicts } from './verdicts.ts';

export type ServeDeps = {
  /** The time of day, in milliseconds since 1970, at which a span begins. */
  readonly now: () => number;
  /** A request that was understood has come to something; for the figures of its seller. */
  readonly seen?: (what: {
    readonly channel: string;
    readonly sellerId: string;
    readonly verdict: string;
  }) => void;
  /**
   * Keeps a request before its work begins, and answers an exact repeat of what was done from the record.
   * Absent where no request of the channel is kept.
   */
  readonly answerOnce?: (
    request: Kept & { readonly method: string },
    run: () => Promise<Answered>,
  ) => Promise<string>;
};

/** A path with and without a slash at its end: some clients are configured with one. */
const bothForms = (path: string): readonly string[] => [path, `${path}/`];

/** A channel that can be served; what its requests and callers look like is its own affair. */
export type Channel = Pick<
  Protocol<never, never>,
  'channel' | 'paths' | 'refuse' | 'notNowStatus'
> & {
  readonly serve: (app: FastifyInstance, deps: ServeDeps) => void;
};

/** Hides the types of a protocol, so that channels can stand in one list. */
export const channelOf = <Call, Caller, B extends Body = string>(
  protocol: Protocol<Call, Caller, B>,
): Channel => ({
  channel: protocol.channel,
  paths: protocol.paths,
  refuse: protocol.refuse,
  ...(protocol.notNowStatus ? { notNowStatus: protocol.notNowStatus } : {}),
  serve: (app, deps) => serveChannel(app, protocol, deps),
});

/** Serves a channel: read, let in, understand, run in the order's trace, answer, and count. */
function serveChannel<Call, Caller, B extends Body>(
  app: FastifyInstance,
  protocol: Protocol<Call, Caller, B>,
  deps: ServeDeps,
): void {
  const { channel, paths, methods, notNowStatus, statuses: own } = protocol;
  const statuses: typeof STATUS = {
    ...STATUS,
    ...own,
    ...(notNowStatus && { NOT_NOW: notNowStatus }),
  };
  startVerdicts(channel, protocol.verdicts);
  for (const url of paths.flatMap(bothForms)) {
    app.route({
      method: [...methods],
      url,
      handler: async (request, reply) => {
        const { verdict, type, body } = await answer(protocol, deps, request);
        countVerdict(channel, verdict);
        return await reply
          .code(statuses[verdict] ?? 200)
          .type(type)
          .send(body);
      },
    });
  }
}

async function answer<Call, Caller, B extends Body>(
  protocol: Protocol<Call, Caller, B>,
  deps: ServeDeps,
  request: FastifyRequest,
): Promise<Told<Body>> {
  const startTime = deps.now();
  const call = await protocol.read(request);
  if (!call.ok) return call.error;
  const caller = await protocol.admit(call.value, request);
  if (!caller.ok) return caller.error;
  const prepared = await protocol.prepare(call.value, caller.value, request);
  if (!prepared.ok) return prepared.error;
  const { kept, order } = prepared.value;
  const sellerId = kept?.sellerId ?? order?.sellerId ?? '';
  const seen = (verdict: string): void => {
    if (sellerId !== '') deps.seen?.({ channel: protocol.channel, sellerId, verdict });
  };
  try {
    const link = callerTrace(request);
    const { body, verdict = 'ANSWERED' } = await traced(prepared.value, { startTime, link }, () =>
      answered(prepared.value, deps),
    );
    seen(verdict);
    return protocol.say(call.value, verdict, body);
  } catch (error) {
    if (!(error instanceof NotNow)) throw error;
    seen('NOT_NOW');
    return protocol.say(call.value, 'NOT_NOW', prepared.value.refuse(error.refusal));
  }
}

async function answered<B extends Body>(
  { name, kept, run }: Prepared<B>,
  { answerOnce }: ServeDeps,
): Promise<Pick<Answered<B | string>, 'body' | 'verdict'>> {
  if (!kept || !answerOnce) return await run();
  return { body: await answerOnce({ ...kept, method: name }, async () => asText(await run())) };
}

/** An answer that is recorded is recorded as text. */
const asText = <B extends Body>({ body, ...rest }: Answered<B>): Answered => ({
  ...rest,
  body: typeof body === 'string' ? body : body.toString('utf8'),
});

/** Runs inside the trace of the order, or in one of its own when the request is about none. */
async function traced<T>(
  { name, order: about, isFirst }: Pick<Prepared, 'isFirst' | 'name' | 'order'>,
  { startTime, link }: { startTime: number; link: string | undefined },
  run: () => Promise<T>,
): Promise<T> {
  if (!about) return await withSpan(name, { startTime }, run);
  const order = orderTrace(about);
  const begins = order.isKept && isFirst !== undefined && (await isFirst());
  const settings = { name, isFirst: begins, startTime, ...(link ? { link } : {}) };
  return await withOrderSpan(order, settings, run);
}
