import { locate, nearness } from '@astrolabe/kernel/regions';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { regionRank, regionRanker } from './region.ts';

const anyPlace = fc.record({
  province: fc.constantFrom('浙江省', '浙江', '江苏省', '上海市', '湖北省', '台湾省', '折江省', ''),
  city: fc.constantFrom(
    '杭州市',
    '杭州',
    '宁波市',
    '义乌市',
    '金华市',
    '市辖区',
    '仙桃市',
    '南京',
    '',
  ),
  area: fc.constantFrom('西湖区', '西湖', '余杭区', '义乌市', '鼓楼区', '浦东新区', '长安镇', ''),
});

test('many stores are as near as each of them is by its whole name, in any order and again', () => {
  fc.assert(
    fc.property(anyPlace, fc.array(anyPlace, { maxLength: 30 }), (receiver, stores) => {
      const wanted = locate(receiver);
      const expected = stores.map((store) => nearness(locate(store), wanted));
      const rank = regionRanker(receiver);
      expect(stores.map(rank)).toEqual(expected);
      expect(stores.toReversed().map(rank)).toEqual(expected.toReversed());
      expect(stores.map((store) => regionRank(store, receiver))).toEqual(expected);
    }),
  );
});
