import { CRATE_PATH, crateReplyShape, crateShape } from '@astrolabe/schemas/fenxiao';
import { tmallPushShape, tmallReplyShape } from '@astrolabe/schemas/tmall';
import { topErrorShape, topResponseName } from '@astrolabe/schemas/top';
import type { JsonSchema, Shape } from '@astrolabe/schemas/wire';
import { jsonSchema } from '@astrolabe/schemas/wire';
import type { FastifyInstance } from 'fastify';
import { QIMEN_PATH } from './qimen/protocol.ts';
import type { Served } from './qimen/method.ts';
import { TMALL_PATH } from './tmall/protocol.ts';
import { TOP_PATH } from './top/protocol.ts';
import type { TopMethod } from './top/method.ts';

/** Where the description is read. */
export const OPENAPI_PATH = '/openapi.json';

const FORM = 'application/x-www-form-urlencoded';

/** The methods of both tables: what is described is what is served. */
export type Tables = {
  readonly qimen: readonly Pick<Served, 'name' | 'shapes'>[];
  readonly top: readonly Pick<TopMethod, 'name' | 'shapes'>[];
};

type Ref = { readonly $ref: string };
type Schema = JsonSchema | Ref | { readonly oneOf: readonly Ref[] } | object;

/** What a form or a query of the protocol itself holds, field by field. */
const texts = (fields: Readonly<Record<string, string>>): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, description]) => [name, { type: 'string', description }]),
  );

const TIME = 'yyyy-MM-dd HH:mm:ss of Asia/Shanghai, at most ten minutes off';
const SIGN = 'the signature, see docs/integrators.md';
const PUBLIC = {
  app_key: 'the key of the application',
  timestamp: TIME,
  sign_method: 'md5, hmac or hmac-sha256',
  sign: SIGN,
};

const ref = (name: string): Ref => ({ $ref: `#/components/schemas/${name}` });
const anyOf = (names: readonly string[]): { readonly oneOf: readonly Ref[] } => ({
  oneOf: names.map(ref),
});
const answers = (content: Readonly<Record<string, object>>): object => ({
  '200': { description: 'Success and refusals: the body tells which it is.', content },
});

/** Fields before those of a shape, which must be an object's. */
function withFields(
  before: Readonly<Record<string, object>>,
  required: readonly string[],
  shape: Shape,
): object {
  const { properties, required: own } = jsonSchema(shape);
  return {
    type: 'object',
    properties: { ...before, ...properties },
    required: [...required, ...(own ?? [])],
  };
}

/**
 * The gateway's interfaces as an OpenAPI 3.1 document, out of the codecs that read and write them. TOP
 * and Qimen have one address for all methods, so a request is one of many schemas, told apart by `method`.
 */
export function openApi({ qimen, top }: Tables): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Astrolabe gateway',
      version: '1.0.0',
      description:
        'Interfaces for stores, tills and the systems of sellers. How to sign: docs/integrators.md.',
    },
    paths: {
      [QIMEN_PATH]: { post: qimenOperation(qimen) },
      [TOP_PATH]: { post: topOperation(top) },
      [CRATE_PATH]: { post: crateOperation() },
      [TMALL_PATH]: { post: tmallOperation() },
    },
    components: {
      schemas: { ...qimenSchemas(qimen), ...topSchemas(top), ...fixedSchemas() },
    },
  };
}

const nameOf = (method: string, part: 'request' | 'response'): string => `${method}.${part}`;
const namesOf = (table: readonly { readonly name: string }[], part: 'request' | 'response') =>
  table.map(({ name }) => nameOf(name, part));

const qimenOperation = (table: Tables['qimen']): object => ({
  operationId: 'qimen',
  summary: 'Qimen: the public parameters in the URL, an XML body',
  parameters: [
    {
      name: 'method',
      in: 'query',
      required: true,
      schema: { type: 'string', enum: table.map(({ name }) => name) },
    },
    ...Object.entries({
      ...PUBLIC,
      v: '1.0 or 2.0',
      format: 'xml',
      customerId: 'the seller that the call is made for',
    }).map(([name, description]) => ({
      name,
      in: 'query',
      required: !['format', 'customerId'].includes(name),
      description,
      schema: { type: 'string' },
    })),
  ],
  requestBody: {
    required: true,
    content: { 'text/xml': { schema: anyOf(namesOf(table, 'request')) } },
  },
  responses: answers({ 'text/xml': { schema: anyOf(namesOf(table, 'response')) } }),
});

function qimenSchemas(table: Tables['qimen']): Readonly<Record<string, Schema>> {
  const envelope = texts({
    flag: 'success or failure',
    code: '0, or a code to look for',
    message: 'for people',
  });
  return Object.fromEntries(
    table.flatMap(({ name, shapes }) => [
      [nameOf(name, 'request'), { ...jsonSchema(shapes.request), xml: { name: 'request' } }],
      [
        nameOf(name, 'response'),
        {
          ...withFields(envelope, [], shapes.answer),
          required: Object.keys(envelope),
          xml: { name: 'response' },
        },
      ],
    ]),
  );
}

const topOperation = (table: Tables['top']): object => ({
  operationId: 'top',
  summary: 'TOP: a signed form, answered in XML, or in JSON with format=json',
  requestBody: {
    required: true,
    content: {
      [FORM]: {
        schema: anyOf(namesOf(table, 'request')),
        encoding: Object.fromEntries(
          structuresOf(table).map((name) => [name, { contentType: 'application/json' }]),
        ),
      },
    },
  },
  responses: answers(
    Object.fromEntries(
      ['application/json', 'text/xml'].map((type) => [
        type,
        { schema: anyOf([...namesOf(table, 'response'), 'top.error']) },
      ]),
    ),
  ),
});

/** Fields that are JSON in one field of the form, of all methods. */
function structuresOf(table: Tables['top']): readonly string[] {
  const names = table.flatMap(({ shapes: { request } }) =>
    request.kind === 'object'
      ? request.members.filter(({ shape }) => shape.kind !== 'leaf').map(({ name }) => name)
      : [],
  );
  return [...new Set(names)];
}

function topSchemas(table: Tables['top']): Readonly<Record<string, Schema>> {
  const publics = texts({
    ...PUBLIC,
    v: '2.0',
    format: 'json, or xml, which is the default',
    session: 'the authorisation of the seller',
    simplify: 'true: without the wrapper',
  });
  const required = ['method', 'app_key', 'timestamp', 'v', 'sign'];
  return Object.fromEntries(
    table.flatMap(({ name, shapes }) => [
      [
        nameOf(name, 'request'),
        withFields({ method: { const: name }, ...publics }, required, shapes.request),
      ],
      [
        nameOf(name, 'response'),
        {
          type: 'object',
          properties: {
            [topResponseName(name)]: withFields(
              texts({ request_id: 'names the request' }),
              [],
              shapes.answer,
            ),
          },
          required: [topResponseName(name)],
        },
      ],
    ]),
  );
}

const crateOperation = (): object => ({
  operationId: 'crate',
  summary: 'A distribution order',
  requestBody: { required: true, content: { [FORM]: { schema: ref('crate.request') } } },
  responses: answers({ 'application/json': { schema: ref('crate.response') } }),
});

const tmallOperation = (): object => ({
  operationId: 'tmallPush',
  summary: 'A trade message of Tmall, signed as a TOP SPI',
  requestBody: { required: true, content: { 'application/json': { schema: ref('tmall.push') } } },
  responses: answers({ 'application/json': { schema: ref('tmall.reply') } }),
});

function fixedSchemas(): Readonly<Record<string, Schema>> {
  const form = texts({
    appid: 'the key of the application',
    seller_nick: 'the seller, by number or name',
    timestamp: 'seconds since 1970, ten digits',
    sign: SIGN,
  });
  const order = {
    type: 'string',
    contentMediaType: 'application/json',
    contentSchema: jsonSchema(crateShape),
  };
  return {
    'crate.request': {
      type: 'object',
      properties: { ...form, request_data: order },
      required: [...Object.keys(form), 'request_data'],
    },
    'crate.response': jsonSchema(crateReplyShape),
    'tmall.push': jsonSchema(tmallPushShape),
    'tmall.reply': jsonSchema(tmallReplyShape),
    'top.error': {
      type: 'object',
      properties: {
        error_response: withFields(texts({ request_id: 'names the request' }), [], topErrorShape),
      },
      required: ['error_response'],
    },
  };
}

/** Serves the description; it says what everybody may know. */
export function serveOpenApi(app: FastifyInstance, tables: Tables): void {
  const document = JSON.stringify(openApi(tables));
  app.get(OPENAPI_PATH, (_request, reply) =>
    reply.type('application/json;charset=utf-8').send(document),
  );
}
