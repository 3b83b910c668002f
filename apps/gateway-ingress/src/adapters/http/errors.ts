import type { FastifyRequest } from 'fastify';
import type { ChannelError, TransportError } from '@astrolabe/http';
import { TOP_CONTENT_TYPES, encodeTopError, topError } from '@astrolabe/schemas';
import { QIMEN_PATH, XML_TYPE, qimenError } from './qimen.ts';
import { JSON_TYPE, TMALL_PATH, spiError } from './tmall.ts';
import { TOP_PATH } from './top.ts';

/** What no route got to answer, in the form of the channel whose path was called. */
export function channelError(error: TransportError, request: FastifyRequest): ChannelError {
  const path = request.url.split('?')[0];
  const server = error.status >= 500;
  const refusal = {
    code: `${server ? 'isp' : 'isv'}.${error.code.toLowerCase().replaceAll('_', '-')}`,
    message: error.message,
  };
  const { status } = error;
  if (path === TOP_PATH) {
    const name = server ? 'remoteServiceError' : 'invalidArguments';
    const body = encodeTopError(topError(name, refusal.code, refusal.message), 'xml', request.id);
    return { status, contentType: TOP_CONTENT_TYPES.xml, body };
  }
  if (path === QIMEN_PATH) return { status, contentType: XML_TYPE, body: qimenError(refusal) };
  const body = path === TMALL_PATH ? spiError(refusal) : JSON.stringify(refusal);
  return { status, contentType: JSON_TYPE, body };
}
