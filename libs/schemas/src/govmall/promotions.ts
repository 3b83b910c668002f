import { list, record, required } from '../wire/codec.ts';
import { text, time } from '../wire/leaves.ts';
import { areaCodec } from './area.ts';
import { govMethod } from './method.ts';
import { govCode, govCodes, govDecimal, govPieces, govYuan, underAnyName } from './values.ts';

const skusAsked = record({ skus: underAnyName(['sku', 'skus'], govCodes('sku')) });
const sku = required('sku', govCode());

/** When a promotion was applied for, and from when until when it holds: begin ≤ now < end. */
const times = {
  appliedAt: required('apply_date', time()),
  beginsAt: required('begin_date', time()),
  endsAt: required('end_date', time()),
};

/** 2.19: longer warranties for goods in a region. */
export const govWarranties = govMethod({
  number: '2.19',
  name: 'warranties',
  path: '/api/product/warranties',
  request: record({
    skus: underAnyName(['sku', 'skus'], govCodes('sku')),
    area: underAnyName(['area', 'area_id'], areaCodec),
  }),
  answer: list(
    'warranty',
    record({
      sku,
      id: required('id', text(100)),
      name: required('name', text(500)),
      content: required('content', text(100_000)),
      priceFen: required('price', govYuan()),
    }),
  ),
});

/** 2.20.2: group buys (团购), with the quantity that is offered. */
export const govGroupBuys = govMethod({
  number: '2.20.2',
  name: 'group-buys',
  path: '/api/product/group_buys',
  request: skusAsked,
  answer: list(
    'groupBuy',
    record({
      id: required('id', text(100)),
      sku,
      priceFen: required('price', govYuan()),
      quantityMilli: required('num', govPieces()),
      ...times,
    }),
  ),
});

/** 2.20.3: special offers (特惠). */
export const govSpecials = govMethod({
  number: '2.20.3',
  name: 'specials',
  path: '/api/product/specials',
  request: skusAsked,
  answer: list(
    'special',
    record({
      id: required('id', text(100)),
      sku,
      priceFen: required('price', govYuan()),
      ...times,
    }),
  ),
});

const RATE = /^(?:0\.\d{1,4}|1)$/;

/** 2.20.4: from so many pieces on, the part of the agreement price that is paid: 0.95 is 95 %. */
export const govTiers = govMethod({
  number: '2.20.4',
  name: 'tiers',
  path: '/api/product/tiers',
  request: skusAsked,
  answer: list(
    'tier',
    record({
      sku,
      tiers: required(
        'tiers',
        list(
          'tier',
          record({
            fromMilli: required('min_num', govPieces()),
            rate: required('rate', govDecimal(RATE, '0.95')),
          }),
        ),
      ),
    }),
  ),
});
