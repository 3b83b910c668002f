import { describe, expect, test } from 'vitest';
import type { ProcurementMethod } from '../src/procurement/index.ts';
import {
  confirmOrder,
  createGoods,
  createShipment,
  encodeGatewayError,
  encodeRefusal,
  modifyGoods,
  queryGoods,
  queryOrder,
  queryReceipt,
  queryRequisition,
  querySettlement,
  queryShipment,
  returnOrder,
  unpublishGoods,
} from '../src/procurement/index.ts';
import { ID, answered, json } from './procurement-wire.ts';

const said = (text: string) => confirmOrder.decodeAnswer(Buffer.from(text));

function sent<Request>(
  method: Pick<ProcurementMethod<Request, unknown>, 'decodeRequest' | 'encodeRequest'>,
  request: Request,
) {
  const fields = method.encodeRequest(request);
  if (!fields.ok) return fields.error;
  expect(method.decodeRequest(fields.value)).toEqual({ ok: true, value: request });
  return fields.value;
}

const param = (value: unknown) => ({ param: json(value) });

describe('requests', () => {
  test('what is signed before the parameters', () => {
    expect(confirmOrder.urlPath('1000000')).toBe(
      'param2/1/cn.alibaba.open/com.alibaba.procurement.supplierConfirmOrder/1000000',
    );
  });

  test('[A.3] the twelve names', () => {
    const methods = [queryRequisition, queryOrder, confirmOrder, returnOrder, createShipment];
    const others = [queryShipment, queryReceipt, querySettlement, createGoods, modifyGoods];
    const names = [...methods, ...others, unpublishGoods, queryGoods].map(({ api }) => api);
    expect(names.map((name) => name.split('.').at(-1))).toEqual([
      'supplierQueryRequisitionDetail',
      'PoSupplierIntegrationService',
      'supplierConfirmOrder',
      'supplierReturnOrder',
      'supplierCreateSendGoods',
      'supplierQuerySendGoods',
      'supplierQueryReceiveGoods',
      'SupplierQuerySettlementNote',
      'supplierCreateMallGoods',
      'supplierModifyMallGoods',
      'supplierUnPublishGoods',
      'getMallGoods',
    ]);
  });

  test('a form field each, or one field with JSON; ids keep their digits', () => {
    expect(sent(queryRequisition, { requisitionId: ID })).toEqual({ requisitionId: ID });
    expect(sent(queryOrder, { orderId: ID })).toEqual({ procurementOrderId: ID });
    expect(sent(queryShipment, { shipmentId: ID })).toEqual({ id: ID });
    expect(sent(querySettlement, { settlementId: ID })).toEqual({ settlementNoteId: ID });
    expect(sent(queryGoods, { mallGoodsId: ID })).toEqual({ mallGoodsId: ID });
    expect(sent(queryReceipt, { receiptId: ID, operatorName: 'x' })).toEqual(
      param({ id: ID, operatorName: 'x' }),
    );
    expect(sent(confirmOrder, { orderId: ID, mainUserId: '7' })).toEqual({
      param: `{"procurementOrderId":${ID},"mainUserId":7}`,
    });
    expect(sent(returnOrder, { orderId: ID, reason: '缺货' })).toEqual(
      param({ procurementOrderId: ID, supplierToBuyerRmk: '缺货' }),
    );
    expect(sent(unpublishGoods, { mallGoodsId: ID })).toEqual(param({ goodsId: ID }));
  });

  test('[field W4] a shipment: decimals, types as numbers, China’s time', () => {
    const fields = sent(createShipment, {
      orderId: ID,
      shipmentNo: 'SG-1',
      entries: [{ entryId: ID, sentMilli: 2_500n }],
      by: 'SUPPLIER',
      sentAt: new Date('2026-12-15T05:10:10Z'),
      status: 'AWAITS_RECEIPT',
      terminal: 'INTEGRATION',
    });
    expect(fields).toEqual({
      param:
        `{"poOrderId":${ID},"sgCode":"SG-1","entryList":[{"poOrderEntryId":${ID},"sendAmount":2.5}],` +
        '"logisticsType":1,"sendDate":"20261215131010000+0800","status":"wait_receive_goods",' +
        '"terminalType":"INTEGRATION"}',
    });
  });

  const sku = {
    outSkuId: '6578902',
    stockMilli: 10_000n,
    price: 1_000n,
    attributes: [{ name: '颜色', value: '红' }],
  };

  test('goods are created and changed under different names', () => {
    const terms = { taxRate: '13', minimumMilli: 1_000n, regions: ['110102'] };
    const made = sent(createGoods, {
      title: '办公用品',
      cargoNo: 'cargo123',
      publishes: true,
      agreement: { ...terms, ranges: [{ fromMilli: 1_000n, price: 1_000n }], skus: [sku] },
    });
    const agreementOf = (fields: unknown) =>
      (JSON.parse((fields as { param: string }).param) as { agreementParam: unknown })
        .agreementParam;
    const wireSku = {
      outSkuId: '6578902',
      saleAmount: '10',
      salePrice: '10.00',
      specAttributeList: [{ skuName: '颜色', skuValue: '红' }],
    };
    expect(agreementOf(made)).toEqual({
      moq: '1',
      taxRate: 13,
      areaList: ['110102'],
      priceRangeList: [{ moq: '1', price: '10.00' }],
      skuPriceParamList: [wireSku],
    });
    const changed = sent(modifyGoods, {
      mallGoodsId: ID,
      base: { firstCategoryId: ID },
      agreement: { ...terms, ranges: [{ fromMilli: 1_000n, price: 1_000n }], skus: [sku] },
    });
    expect(agreementOf(changed)).toEqual({
      moq: '1',
      taxRate: 13,
      areaNameList: ['110102'],
      priceRangeList: [{ moq: '1', salePrice: '10.00' }],
      skuPriceList: [wireSku],
    });
  });

  test('what is beyond the bounds of a field is refused here', () => {
    const attributes = Array.from({ length: 3 }, (_, index) => ({ name: `n${index}`, value: 'v' }));
    const goods = { title: 't', cargoNo: 'c', agreement: { skus: [{ ...sku, attributes }] } };
    expect(createGoods.encodeRequest(goods)).toEqual({
      ok: false,
      error: 'agreementParam.skuPriceParamList[0].specAttributeList has more than 2 entries',
    });
    const entries = [{ entryId: ID, sentMilli: 0n }];
    expect(createShipment.encodeRequest({ orderId: ID, shipmentNo: 'a', entries })).toEqual({
      ok: false,
      error: 'entryList[0].sendAmount must be positive',
    });
    expect(queryOrder.encodeRequest({ orderId: 'x' }).ok).toBe(false);
    expect(confirmOrder.decodeRequest({ param: 'x' }).ok).toBe(false);
    expect(confirmOrder.decodeRequest({}).ok).toBe(false);
  });
});

describe('answers', () => {
  test('[field W3] several notes, all their digits; none is no shipment', () => {
    const two = `{"success":true,"data":{"id":null,"idList":[${ID},9007199254740995]}}`;
    expect(createShipment.decodeAnswer(Buffer.from(two))).toEqual({
      kind: 'answered',
      value: [ID, '9007199254740995'],
      notes: [],
    });
    expect(answered(createShipment, { id: null, idList: [] }).kind).toBe('unclear');
  });

  test('[field W1] success without data is not done; the truth is below it', () => {
    for (const text of [
      '{"success":true}',
      '{"success":true,"data":null}',
      '{"success":true,"data":{}}',
    ]) {
      expect(said(text).kind).toBe('unclear');
    }
    const no = '{"success":true,"data":{"confirmSuccess":false}}';
    expect(said(no)).toMatchObject({ kind: 'answered', value: false });
    expect(unpublishGoods.decodeAnswer(Buffer.from('{"success":true}')).kind).toBe('unclear');
  });

  test.each([
    '{"success":"true","data":{"confirmSuccess":"true"}}',
    '{"success":true,"code":200,"data":{"confirmSuccess":true}}',
    '{"code":"0","data":{"confirmSuccess":true}}',
    '{"success":true,"data":"{\\"confirmSuccess\\":true}"}',
    '{"success":true,"resultCode":"SUCCESS","message":"ok","data":{"confirmSuccess":1}}',
  ])('[field A5] %s is a success', (text) =>
    expect(said(text)).toMatchObject({ kind: 'answered', value: true }),
  );

  test.each(['error_code', 'errorCode', 'code', 'resultCode'])(
    '[field A5] a code in %s',
    (name) => {
      for (const reason of ['error_message', 'errorMessage', 'errorMsg', 'erroMsg', 'message']) {
        const text = JSON.stringify({ success: false, [name]: 'X_1', [reason]: '不可确认' });
        expect(said(text)).toMatchObject({ kind: 'refused', code: 'X_1', message: '不可确认' });
      }
    },
  );

  test.each([
    ['{"error_code":"401","error_message":"Request need user authorized"}', 'TOKEN'],
    ['{"error_code":401,"exception":"Request need user authorized"}', 'TOKEN'],
    ['{"code":401,"message":"Request need user authorized"}', 'TOKEN'],
    [encodeGatewayError('gw.QosAppFrequencyLimit', 'x'), 'TOO_MANY'],
    [encodeGatewayError('gw.SignatureInvalid', 'x'), 'CREDENTIALS'],
    [encodeGatewayError('gw.AppKeyMissing', 'x'), 'CREDENTIALS'],
    [encodeGatewayError('gw.APIACLDecline', 'x'), 'PERMISSION'],
    [encodeGatewayError('gw.New', 'x'), 'GATEWAY'],
    [encodeRefusal('ORDER_STATUS_ERROR', 'x'), 'BUSINESS'],
    ['{"success":false,"errorCode":"","resultCode":"X"}', 'BUSINESS'],
  ])('[field K3] [field A1] [field A2] [field A3] %s is %s', (text, trouble) =>
    expect(said(text)).toMatchObject({ kind: 'refused', trouble }),
  );

  test.each([
    '',
    '<html>',
    '{"success":tr',
    '[]',
    '"ok"',
    '{}',
    '{"data":{"confirmSuccess":true}}',
  ])('[field A4] %j proves nothing', (text) => expect(said(text).kind).toBe('unclear'));

  test('a refusal that shows an effect proves nothing either', () => {
    const shipped = Buffer.from(`{"success":false,"resultCode":"X","data":{"id":${ID}}}`);
    expect(createShipment.decodeAnswer(shipped).kind).toBe('unclear');
    const refused = Buffer.from('{"success":false,"resultCode":"X","data":{"id":null}}');
    expect(createShipment.decodeAnswer(refused).kind).toBe('refused');
    expect(said('{"success":false,"data":{"confirmSuccess":true}}').kind).toBe('unclear');
    expect(said('{"success":false,"data":{"confirmSuccess":false}}').kind).toBe('refused');
  });
});
