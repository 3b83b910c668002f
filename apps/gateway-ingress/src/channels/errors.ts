import type { FastifyRequest } from 'fastify';
import type { ChannelError, TransportError } from '@astrolabe/http';
import { TOP_CONTENT_TYPES, encodeTopError, topError } from '@astrolabe/schemas';
import type { ChannelRefusal } from '@astrolabe/schemas';
import { countVerdict } from './door.ts';
import type { Channel } from './door.ts';
import { QIMEN_PATH, XML_TYPE, qimenError } from './qimen/protocol.ts';
import { TRY_AGAIN } from './refusals.ts';
import { JSON_TYPE, TMALL_PATH, spiError } from './tmall/protocol.ts';
import { formatAskedFor } from './top/params.ts';
import { TOP_PATH } from './top/protocol.ts';

const UNAVAILABLE = 503;
const CHANNELS: ReadonlyMap<string, Channel> = new Map([
  [TOP_PATH, 'top'],
  [QIMEN_PATH, 'qimen'],
  [TMALL_PATH, 'tmall'],
]);

/**
 * What no route got to answer, in the form of the channel whose path was called. What was not decided
 * is told as a peer's absence is: HTTP 200 and the code that asks for the same request again, since
 * clients of the platforms read no body of another status.
 */
export function channelError(error: TransportError, request: FastifyRequest): ChannelError {
  const path = request.url.split('?')[0]?.replace(/\/$/, '') ?? '';
  const channel = CHANNELS.get(path);
  if (channel && error.status === UNAVAILABLE) {
    countVerdict(channel, 'NOT_NOW');
    return { ...inForm(channel, TRY_AGAIN, request, 'serviceUnavailable'), status: 200 };
  }
  const isOurs = error.status >= 500;
  const refusal = {
    code: `${isOurs ? 'isp' : 'isv'}.${error.code.toLowerCase().replaceAll('_', '-')}`,
    message: error.message,
  };
  const top = isOurs ? 'remoteServiceError' : 'invalidArguments';
  const told = channel
    ? inForm(channel, refusal, request, top)
    : { contentType: JSON_TYPE, body: JSON.stringify(refusal) };
  return { ...told, status: error.status };
}

function inForm(
  channel: Channel,
  refusal: ChannelRefusal,
  request: FastifyRequest,
  name: Parameters<typeof topError>[0],
): { contentType: string; body: string } {
  switch (channel) {
    case 'top': {
      const format = formatAskedFor(request);
      const error = topError(name, refusal.code, refusal.message);
      const body = encodeTopError(error, format, request.id);
      return { contentType: TOP_CONTENT_TYPES[format], body };
    }
    case 'qimen':
      return { contentType: XML_TYPE, body: qimenError(refusal) };
    case 'tmall':
      return { contentType: JSON_TYPE, body: spiError(refusal) };
  }
}
