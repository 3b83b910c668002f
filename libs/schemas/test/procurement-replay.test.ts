import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  confirmMessagesPath,
  decodeConfirmMessages,
  decodeMessage,
  decodeMessagesPage,
  encodeConfirmMessages,
  encodeGatewayError,
  encodeMessagesPage,
  encodeMessagesQuery,
  messagesPath,
} from '../src/procurement/index.ts';

const { cancelled } = JSON.parse(
  readFileSync(new URL('./vectors/procurement.json', import.meta.url), 'utf8'),
) as Record<'cancelled', string>;

const page = (text: string) => decodeMessagesPage(Buffer.from(text));

describe('messages that wait', () => {
  test('the paths that are signed', () => {
    expect(messagesPath('1')).toBe('param2/1/cn.alibaba.open/push.query.messageList/1');
    expect(confirmMessagesPath('1')).toBe('param2/1/cn.alibaba.open/push.message.confirm/1');
  });

  test.each([
    [5, '20'],
    [20, '20'],
    [100, '100'],
    [500, '200'],
  ])(
    '[field Q5] [field Q6] %s are asked for as %s, from the first page, in China’s time',
    (size, pageSize) => {
      expect(encodeMessagesQuery(new Date('2026-11-28T16:00:00Z'), size)).toEqual({
        createStartTime: '20261129000000000+0800',
        page: '1',
        pageSize,
      });
    },
  );

  test('[field Q3] [field Q4] a replayed message says what the pushed one said', () => {
    const { type, ...rest } = JSON.parse(cancelled) as Record<string, unknown>;
    const replayed = JSON.stringify({
      ...rest,
      topicGroup: 'CAIGOU',
      topicName: String(type).slice(7),
    }).replace('123456789012345680', '123456789012345678');
    const read = page(`{"pushMessagePage":{"datas":[${replayed}],"totalCount":1}}`);
    const [message] = read.kind === 'answered' ? read.value.messages : [];
    expect(message?.messageId).toBe('5528020370');
    expect(decodeMessage(message?.json ?? '')).toEqual(decodeMessage(cancelled));
  });

  test('numbers keep their value and their digits, one with an exponent too', () => {
    const row = '{"msgId":9007199254740993,"data":{"a":1E+1,"b":2.50,"c":1E+99}}';
    expect(page(`{"pushMessagePage":{"datas":[${row}],"totalCount":45}}`)).toEqual({
      kind: 'answered',
      notes: [],
      value: {
        total: '45',
        messages: [
          {
            messageId: '9007199254740993',
            json: '{"msgId":9007199254740993,"data":{"a":10,"b":2.5,"c":"1E+99"}}',
          },
        ],
      },
    });
  });

  test('an empty page, one message without an id', () => {
    expect(page(encodeMessagesPage([], 0))).toMatchObject({ value: { messages: [], total: '0' } });
    expect(page(encodeMessagesPage([cancelled, '{"data":{}}'], 2))).toMatchObject({
      value: { messages: [{ messageId: '5528020370', json: cancelled }] },
      notes: ['a message without an id is left out'],
    });
  });

  test.each(['', '<html>', '{}', '[]', '{"pushMessagePage":{}}', '{"pushMessagePage":null}'])(
    '%j is no empty page',
    (text) => expect(page(text).kind).toBe('unclear'),
  );

  test('a refusal of the gateway', () => {
    expect(page(encodeGatewayError('gw.QosAppFrequencyLimit', 'x'))).toMatchObject({
      kind: 'refused',
      trouble: 'TOO_MANY',
    });
  });

  test('what is durable is confirmed, with all digits', () => {
    expect(encodeConfirmMessages(['9007199254740993', '56cd6f1f-49eb'])).toEqual({
      msgIdList: '[9007199254740993,"56cd6f1f-49eb"]',
    });
    expect(decodeConfirmMessages(Buffer.from('{"isSuccess":"true"}'))).toBe(true);
    expect(decodeConfirmMessages(Buffer.from('{"isSuccess":false}'))).toBe(false);
    expect(decodeConfirmMessages(Buffer.from('{}'))).toBeNull();
    expect(decodeConfirmMessages(Buffer.from('<html>'))).toBeNull();
  });
});
