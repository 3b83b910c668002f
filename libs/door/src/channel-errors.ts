import type { ChannelError, TransportError } from '@astrolabe/http';
import type { FastifyRequest } from 'fastify';
import { TRY_AGAIN } from './refusals.ts';
import { pathOf } from './request.ts';
import type { Channel } from './serve-channel.ts';
import { countVerdict } from './verdicts.ts';

const UNAVAILABLE = 503;
const JSON_TYPE = 'application/json;charset=utf-8';

/**
 * What no route got to answer, in the form of the channel whose path was called, or of the only one that
 * there is; JSON under a path of none of several. What was not decided is told as a peer's absence is:
 * HTTP 200, unless the channel says otherwise, and the code that asks for the same request again, since
 * clients of the platforms read no body of another status.
 */
export function channelErrors(
  channels: readonly Omit<Channel, 'serve'>[],
): (error: TransportError, request: FastifyRequest) => ChannelError {
  const byPath = new Map(channels.flatMap((one) => one.paths.map((path) => [path, one])));
  const only = channels.length === 1 ? channels[0] : undefined;
  return (error, request) => {
    const channel = byPath.get(pathOf(request)) ?? only;
    if (channel && error.status === UNAVAILABLE) {
      countVerdict(channel.channel, 'NOT_NOW');
      const { type, body } = channel.refuse(request, TRY_AGAIN);
      return { status: channel.notNowStatus ?? 200, contentType: type, body };
    }
    const side = error.status >= 500 ? 'isp' : 'isv';
    const code = `${side}.${error.code.toLowerCase().replaceAll('_', '-')}`;
    const refusal = { code, message: error.message };
    if (!channel) {
      return { status: error.status, contentType: JSON_TYPE, body: JSON.stringify(refusal) };
    }
    const { type, body } = channel.refuse(request, refusal);
    return { status: error.status, contentType: type, body };
  };
}
