export type { WireNode, WireNode as XmlNode } from './tree.ts';
export { leaf, listNode, objectNode } from './tree.ts';
export type { Codec, Field, FieldRefusal, Fields, RecordOf, Shape, TypeOf } from './codec.ts';
export {
  aliased,
  defaulted,
  joined,
  list,
  mapped,
  optional,
  record,
  refusalText,
  required,
} from './codec.ts';
export { clockTime, count, flag, id, oneOf, pieces, renamed, text, time, yuan } from './leaves.ts';
export type { JsonSchema } from './json-schema.ts';
export { jsonSchema } from './json-schema.ts';
export type { XmlRefusal } from '../xml/refusal.ts';
export { XML_MAX_BYTES, parseXml } from '../xml/read.ts';
export { printXml } from '../xml/write.ts';
export type { JsonRefusal } from '../json/read.ts';
export { JSON_MAX_BYTES, parseJson } from '../json/read.ts';
export { printJson } from '../json/write.ts';
export type { ChannelRefusal } from './refusal.ts';
export { channelRefusal } from './refusal.ts';
export type { ChannelReply } from './reply.ts';
