import type { Member, Shape } from './codec.ts';

/** A schema of JSON Schema 2020-12, with the names that OpenAPI adds for XML. */
export type JsonSchema = {
  readonly type: 'object' | 'array' | 'string' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  readonly examples?: readonly (string | number | boolean)[];
  readonly xml?: { readonly name?: string; readonly wrapped?: true };
};

/**
 * What a message may hold, as a schema for those who write clients. It says less than the codec: limits
 * and rules between fields are told by the refusal.
 */
export function jsonSchema(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case 'object':
      return objectSchema(shape.members);
    case 'list':
      return {
        type: 'array',
        items: { ...jsonSchema(shape.item), xml: { name: shape.itemName } },
        xml: { wrapped: true },
      };
    case 'leaf':
      return leafSchema(shape);
  }
}

function objectSchema(members: readonly Member[]): JsonSchema {
  const required = members.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(({ name, shape }) => [name, jsonSchema(shape)])),
    ...(required.length === 0 ? {} : { required }),
  };
}

function leafSchema({ example, writtenAs, words }: Extract<Shape, { kind: 'leaf' }>): JsonSchema {
  if (words !== undefined) return { type: 'string', enum: words };
  if (writtenAs === 'number') return { type: 'number', examples: [Number(example)] };
  if (writtenAs === 'boolean') return { type: 'boolean', examples: [example === 'true'] };
  return { type: 'string', examples: [example] };
}
