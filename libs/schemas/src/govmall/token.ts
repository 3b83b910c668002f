import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { printForm } from '../top/form.ts';
import type { Shape, TypeOf } from '../wire/codec.ts';
import { optional, record, refusalText, required } from '../wire/codec.ts';
import { text, time } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { FAMILY_NAMES, inOwnNames } from './names.ts';
import type { GovNames } from './names.ts';
import { govRefusal } from './refusal.ts';
import { decodeGovReply, encodeGovReply } from './reply.ts';

/** Where the public family has it. */
export const GOV_TOKEN_PATH = '/api/auth2/access_token';

/** 2.2: names of the public family; `timestamp` stays text because its exact bytes are signed. */
const request = record({
  username: required('username', text(100)),
  password: optional('password', text(200)),
  timestamp: required('timestamp', text(50)),
  sign: required('sign', text(100)),
});

export type GovTokenRequest = TypeOf<typeof request>;

/** What a request for a token may hold. */
export const govTokenShape: Shape = request.shape;

export function decodeGovTokenRequest(params: WireNode): Result<GovTokenRequest, ChannelRefusal> {
  const result = request.decode(params, '');
  return result.ok ? result : err(govRefusal(result.error));
}

export const encodeGovTokenRequest = (value: GovTokenRequest): string =>
  printForm(new Map(request.encode('', value).children.map((node) => [node.name, node.text])));

const granted = record({
  accessToken: required('access_token', text(200)),
  expiresAt: required('expires_at', time()),
});

export type GovTokenGrant = TypeOf<typeof granted>;

/** The grant at the top level, as the public callers read it, and in `result`, as the document. */
export function encodeGovTokenGrant(grant: GovTokenGrant, names: GovNames = FAMILY_NAMES): string {
  const members = Object.fromEntries(
    inOwnNames(granted.encode('', grant), names).children.map((node) => [node.name, node.text]),
  );
  return encodeGovReply({ success: true, result: members, extra: members });
}

/** The grant, or the reason why there is none. */
export function decodeGovTokenReply(body: Buffer): Result<GovTokenGrant, string> {
  const reply = decodeGovReply(body);
  if (!reply.ok) return reply;
  if (!reply.value.success) return err(reply.value.desc);
  const result = granted.decode(reply.value.body, '');
  return result.ok ? ok(result.value) : err(refusalText(result.error));
}
