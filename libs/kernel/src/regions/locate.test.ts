import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GAZETTEER } from './divisions.ts';
import { faultOf, locate, nearness, settledBy } from './locate.ts';
import { cityStem, provinceStem } from './names.ts';

const place = (text: string) => {
  const [province = '', city = '', area = ''] = text.split('/');
  return { province, city, area };
};
const rank = (a: string, b: string): number => nearness(locate(place(a)), locate(place(b)));

describe('the same place in other words', () => {
  test.each([
    ['上海市/市辖区/浦东新区', '上海/上海市/浦东新区'],
    ['上海市/浦东新区/', '上海/上海市/浦东新区'],
    ['重庆市/县/城口县', '重庆市/重庆市/城口县'],
    ['北京//朝阳区', '北京市/北京市/朝阳区'],
    ['湖北省/省直辖县级行政区划/仙桃市', '湖北省/仙桃市/'],
    ['湖北省/省直辖县级行政单位/神农架林区', '湖北/神农架/'],
    ['湖北省/仙桃市/沙嘴街道', '湖北省//仙桃市'],
    ['河南省/省直辖县/济源市', '河南省/济源市/'],
    ['海南省/省直辖县级行政区划/陵水黎族自治县', '海南/陵水/'],
    ['新疆维吾尔自治区/自治区直辖县级行政区划/石河子市', '新疆/石河子市/'],
    ['浙江省//西湖区', '浙江省/杭州市/西湖区'],
    ['湖北省/恩施州/利川市', '湖北省/恩施土家族苗族自治州/利川市'],
    ['新疆/博州/精河县', '新疆维吾尔自治区/博尔塔拉蒙古自治州/精河县'],
    ['内蒙/呼和浩特/新城区', '内蒙古自治区/呼和浩特市/新城区'],
    ['内蒙古/锡林郭勒盟/锡林浩特市', '内蒙古自治区/锡林郭勒/锡林浩特'],
    ['香港特别行政区/香港特别行政区/中西区', '香港/香港岛/中西区'],
    ['香港特别行政区/中西区/', '香港/香港特别行政区/中西区'],
    ['浙江省/杭州市/西湖', '浙江/杭州/西湖区'],
    ['浙江省/丽水市/景宁畲族自治县', '浙江省/丽水市/景宁县'],
    [' 浙江省 / 杭州市 / 西湖区 ', '浙江/杭州/西湖区'],
  ])('%s is %s', (a, b) => {
    expect(rank(a, b)).toBe(0);
    expect(rank(b, a)).toBe(0);
  });
});

describe('other places', () => {
  test.each([
    ['上海市/市辖区/浦东新区', '上海市/市辖区/黄浦区', 1],
    ['湖北省/仙桃市/', '湖北省/潜江市/', 2],
    ['湖北省/恩施州/利川市', '湖北省/恩施州/巴东县', 1],
    ['海南省/海口市/龙华区', '青海省/海南州/共和县', 3],
    ['江西省/南昌市/南昌县', '江西省/南昌市/南昌市', 1],
    ['江苏省/南京市/鼓楼区', '江苏省/徐州市/鼓楼区', 2],
    ['浙江省/杭州市/', '浙江省/杭州市/', 1],
    ['浙江省//', '浙江省//', 2],
    ['//', '//', 3],
    ['广东省/广州市/天河区', '广东省/惠州市/惠城区', 2],
  ])('%s and %s: %i', (a, b, expected) => {
    expect(rank(a, b)).toBe(expected);
    expect(rank(b, a)).toBe(expected);
  });
});

describe('places that have changed, and names that are not clear', () => {
  test.each([
    ['浙江省/杭州市/下城区', '浙江省/杭州市/拱墅区'],
    ['浙江省/杭州市/江干', '浙江省/杭州市/上城区'],
    ['山东省/莱芜市/莱城区', '山东省/济南市/莱芜区'],
    ['重庆市/重庆市/渝北区', '重庆/市辖区/两江新区'],
    ['重庆市/江北区/', '重庆市/重庆市/渝北区'],
    ['天津市/县/静海县', '天津/天津市/静海区'],
    ['天津市//塘沽区', '天津市/市辖区/滨海新区'],
    ['安徽省/巢湖市/居巢区', '安徽省/合肥市/巢湖市'],
    ['浙江省/义乌市/稠城街道', '浙江省/金华市/义乌市'],
    ['海南省/海南省/陵水县', '海南省/省直辖县级行政区划/陵水黎族自治县'],
    ['广东省/东莞市/长安镇', '广东/东莞/长安镇'],
    ['浙江省/杭州市/钱江开发区', '浙江/杭州/钱江开发'],
    ['/杭州市/西湖区', '浙江省/杭州市/西湖区'],
    ['台湾省/台北市/大安区', '台湾/台北/大安'],
  ])('%s is %s', (a, b) => {
    expect(rank(a, b)).toBe(0);
    expect(rank(b, a)).toBe(0);
  });

  test.each([
    // A name of several cities of the province is none of them: nobody is next door by it.
    ['江苏省//鼓楼区', '江苏省/南京市/鼓楼区', 2],
    ['江苏省//鼓楼区', '江苏省//鼓楼区', 2],
    ['湖北省//东湖高新区', '湖北省//东湖高新区', 2],
    // 无为 left 巢湖 for 芜湖.
    ['安徽省/巢湖市/无为县', '安徽省/合肥市/肥东县', 2],
    ['浙江省/义乌市/东阳市', '浙江省/金华市/义乌市', 2],
    ['浙江省/义乌市/', '浙江省/金华市/东阳市', 1],
    ['广东省/东莞市/长安镇', '广东省/东莞市/虎门镇', 1],
    ['广东省/东莞市/东莞市', '广东省/东莞市/长安镇', 1],
    ['浙江省/杭州市/不存在区', '浙江省/杭州市/西湖区', 1],
    ['台湾省/台北市/大安区', '台湾省/高雄市/', 2],
    ['/朝阳区/', '北京市/北京市/朝阳区', 3],
    ['天津市//津市市', '湖南省/常德市/津市市', 3],
    ['新疆/伊犁州/伊宁市', '新疆/伊犁州/伊宁县', 1],
  ])('%s and %s: %i', (a, b, expected) => {
    expect(rank(a, b)).toBe(expected);
    expect(rank(b, a)).toBe(expected);
  });

  test('every county is found by its names, with and without the words for kinds', () => {
    const wrong = [...GAZETTEER.countyByCode.values()].filter((county) => {
      const city = GAZETTEER.cityByCode.get(county.parentCode);
      const province = GAZETTEER.provinces.find(({ code }) => code === city?.parentCode);
      if (!city || !province || city.code === county.code) return false;
      const long = locate({ province: province.name, city: city.name, area: county.name });
      const short = locate({
        province: provinceStem(province.name),
        city: cityStem(city.name),
        area: county.name,
      });
      return long.area !== county.code || short.area !== county.code;
    });
    expect(wrong).toEqual([]);
  });

  test('an address never leads to another city than the one that it names', () => {
    const counties = [...GAZETTEER.countyByCode.values()];
    const cities = [...GAZETTEER.cityByCode.values()].filter(
      ({ code }) => code.slice(2, 4) !== '90' && !code.endsWith('0000'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...cities), fc.constantFrom(...counties), (city, county) => {
        const province = GAZETTEER.provinces.find(({ code }) => code === city.parentCode);
        const found = locate({
          province: province?.name ?? '',
          city: city.name,
          area: county.name,
        });
        expect(found.city).toBe(city.code);
      }),
    );
  });
});

describe('what the names of province and city settle', () => {
  const { provinces, cityByCode, countyByCode } = GAZETTEER;
  const names = (all: Iterable<{ readonly name: string }>) => [...all].map(({ name }) => name);
  const anyProvince = fc.constantFrom('', '折江省', '浙江', '台湾', ...names(provinces));
  const anyCity = fc.oneof(
    fc.constantFrom('', '市辖区', '县', '省直辖县级行政区划', '博州', '巢湖市', '杭洲市', '香港岛'),
    fc.constantFrom(...names(cityByCode.values()), ...names(provinces)),
    fc.constantFrom(...names(countyByCode.values())),
  );
  const anyArea = fc.oneof(
    fc.constantFrom('', '长安镇', '下城区', '居巢区', '南昌'),
    fc.constantFrom(...names(countyByCode.values())),
  );
  /** A city with a county of its own, or any names. */
  const anyPlace = fc.oneof(
    fc.record({ province: anyProvince, city: anyCity, area: anyArea }),
    fc.constantFrom(...countyByCode.values()).map((county) => {
      const city = cityByCode.get(county.parentCode);
      const province = provinces.find(({ code }) => code === city?.parentCode);
      return { province: province?.name ?? '', city: city?.name ?? '', area: county.name };
    }),
  );

  test('no area changes it', () => {
    fc.assert(
      fc.property(anyPlace, (named) => {
        const found = locate(named);
        const settled = settledBy(named.province, named.city);
        expect(['', found.province]).toContain(settled.province);
        expect(['', found.city]).toContain(settled.city);
        expect(['', found.province]).toContain(settledBy(named.province, '').province);
        expect(settled.area).toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['浙江省', '杭州市', '330000', '330100'],
    ['浙江', '', '330000', ''],
    // A county in the city's place: an area may say that it is another one.
    ['浙江省', '义乌市', '330000', ''],
    ['湖北省', '省直辖县级行政区划', '420000', ''],
    ['', '杭州市', '330000', '330100'],
    ['', '', '', ''],
    ['台湾省', '台北市', '710000', ''],
    ['折江省', '杭州市', '折江', '杭州'],
  ])('%s/%s', (province, city, provinceCode, cityCode) => {
    expect(settledBy(province, city)).toEqual({
      province: provinceCode,
      city: cityCode,
      area: '',
    });
  });
});

describe('a place that has to be known', () => {
  const fault = (text: string) => faultOf(place(text));

  test.each([
    '浙江省/杭州市/西湖区',
    ' 浙江/杭州/西湖',
    '浙江省/杭州市/钱江开发区',
    '湖北省/仙桃市/沙嘴街道',
    '广东省/东莞市/长安镇',
    '上海市/市辖区/浦东新区',
    '香港特别行政区/香港岛/中西区',
    '台湾省/台北市/大安区',
    '浙江省/杭州市/下城区',
  ])('%s is one', (text) => {
    expect(fault(text)).toBeNull();
  });

  test.each([
    ['浙江/杭洲市/西湖区', 'UNKNOWN_REGION', '浙江/杭洲市/西湖区'],
    ['折江省/杭州市/西湖区', 'UNKNOWN_REGION', '折江省/杭州市/西湖区'],
    ['浙江省/杭州市/姑苏区', 'UNKNOWN_REGION', '浙江省/杭州市/姑苏区，姑苏区在江苏省苏州市姑苏区'],
    ['江苏省//鼓楼区', 'AMBIGUOUS', '江苏省南京市鼓楼区、江苏省徐州市鼓楼区'],
    ['//', 'UNKNOWN_REGION', ''],
  ])('%s is none, or several', (text, code, message) => {
    expect(fault(text)).toEqual({ code, message });
  });
});
