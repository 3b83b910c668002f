import { describe, expect, test } from 'vitest';
import { GAZETTEER as divisions } from './divisions.ts';
import { FORMER, FORMER_CITIES, currentCode } from './former.ts';
import { codesAbove, divisionsBelow, resolvePlace } from './resolve.ts';

const resolve = (province: string, city: string, county: string, code = '') => {
  const place = resolvePlace({ province, city, county, code });
  return place.ok ? place.value.county.code : place.error.code;
};

describe('the divisions of today', () => {
  test('every row of the table of former ones leads to one that exists', () => {
    expect(FORMER.filter(({ now }) => !divisions.countyByCode.has(now))).toEqual([]);
    expect(FORMER.filter(({ code }) => code !== '' && divisions.countyByCode.has(code))).toEqual(
      [],
    );
    for (const code of Object.values(FORMER_CITIES)) {
      expect(divisions.cityByCode.has(code)).toBe(true);
    }
  });

  test('every county is below a city, and every city below a province', () => {
    const provinces = divisionsBelow('') ?? [];
    const cities = provinces.flatMap(({ code }) => divisionsBelow(code) ?? []);
    const counties = cities.flatMap(({ code }) => divisions.counties.get(code) ?? []);
    expect(provinces).toHaveLength(34);
    expect(counties).toHaveLength(divisions.countyByCode.size);
    expect(counties.length).toBeGreaterThan(2_800);
    // Names are unique below a city, or the mall could not find its county.
    for (const { code } of cities) {
      const names = (divisions.counties.get(code) ?? []).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(divisionsBelow('999999')).toBeNull();
  });

  test('[field G6] Tianjin has 16 counties below one city of its name', () => {
    expect(divisionsBelow('120000')?.map(({ name }) => name)).toEqual(['天津市']);
    const names = divisionsBelow('120100')?.map(({ name }) => name) ?? [];
    expect(names).toHaveLength(16);
    expect(names).not.toContain('市辖区');
  });
});

describe('places as the field writes them', () => {
  test.each(['天津', '天津市'])('[field G1] the city level says nothing in %s', (province) => {
    for (const city of ['天津市', '市辖区', '县', '']) {
      expect(resolve(province, city, '河东区')).toBe('120102');
    }
    expect(resolve(province, '', '津市市')).toBe('UNKNOWN_REGION');
    expect(resolve('湖南省', '常德市', '津市市')).toBe('430781');
    expect(resolve('天津市', '天津市', '河东区_0')).toBe('UNKNOWN_REGION');
  });

  test.each([
    ['静海县', '120118'],
    ['宁河县', '120117'],
    ['蓟县', '120119'],
    ['塘沽区', '120116'],
    ['汉沽区', '120116'],
  ])('[field G2] %s lives on in address books', (county, code) => {
    const place = resolvePlace({ province: '天津市', city: '市辖区', county, code: '' });
    expect(place).toMatchObject({ ok: true, value: { county: { code } } });
    expect(place.ok && place.value.note).toContain(`${county}，现为`);
  });

  test('[field G3] the district that was made of two in December 2025 has the names of all three', () => {
    for (const county of ['两江新区', '渝北区', '江北区']) {
      expect(resolve('重庆市', '重庆市', county)).toBe('500157');
    }
    expect(resolve('', '', '', '500112')).toBe('500157');
    expect(resolve('浙江省', '宁波市', '江北区')).toBe('330205');
    const names = divisionsBelow('500100')?.map(({ name }) => name) ?? [];
    expect(names).toContain('两江新区');
    expect(names).not.toContain('渝北区');
    // Its counties that the standard has under 县 are there as well.
    expect(names).toContain('城口县');
    expect(currentCode('500105')).toBe('500157');
    expect(codesAbove('500112')).toEqual(['500112', '500157', '500100', '500000']);
  });

  test('[field G4] a county of that name in two cities needs its city', () => {
    expect(resolve('', '天津市', '和平区')).toBe('120101');
    expect(resolve('', '沈阳市', '和平区')).toBe('210102');
    expect(resolvePlace({ province: '', city: '', county: '和平区', code: '' })).toEqual({
      ok: false,
      error: { code: 'AMBIGUOUS', message: '天津市和平区、辽宁省沈阳市和平区' },
    });
  });

  test('[field G5] a code of another place makes it a refusal, one that nobody has is passed over', () => {
    expect(
      resolvePlace({
        province: '天津市',
        city: '天津市',
        county: '和平区',
        code: '120102',
      }),
    ).toEqual({
      ok: false,
      error: { code: 'CODE_DIFFERS', message: '120102 是天津市河东区，名称是天津市和平区' },
    });
    expect(resolve('上海市', '上海市', '黄浦区', '110000')).toBe('CODE_DIFFERS');
    expect(resolve('天津市', '天津市', '河东区', '999999')).toBe('120102');
    expect(resolve('天津市', '天津市', '河东区', '120100')).toBe('120102');
    expect(resolve('天津市', '天津市', '河东区', '120102001000')).toBe('120102');
  });

  test.each([
    ['湖北省', '省直辖县级行政区划', '仙桃市', '429004'],
    ['湖北省', '仙桃市', '仙桃市', '429004'],
    ['湖北省', '仙桃市', '', '429004'],
    ['湖北省', '', '仙桃市', '429004'],
    ['湖北', '仙桃市', '沔城回族镇', '429004'],
    ['广东省', '东莞市', '长安镇', '441900'],
    ['广东省', '中山市', '', '442000'],
    ['甘肃省', '嘉峪关市', '嘉峪关市', '620200'],
    ['山东省', '莱芜市', '莱城区', '370116'],
    ['浙江省', '杭州市', '下城区', '330105'],
    ['江苏', '南通', '港闸区', '320613'],
    ['湖北', '恩施州', '恩施市', '422801'],
    ['北京', '北京', '宣武区', '110102'],
    ['内蒙古', '呼和浩特', '新城区', '150102'],
    ['', '', '仙桃市', '429004'],
    ['浙江省', '杭州市', '西湖', '330106'],
    ['香港特别行政区', '', '香港特别行政区', '810000'],
    ['广东省', '', '', 'UNKNOWN_REGION'],
    ['广东省', '长沙市', '岳麓区', 'UNKNOWN_REGION'],
    ['浙江省', '杭州市', '不存在区', 'UNKNOWN_REGION'],
  ])('%s %s %s is %s', (province, city, county, code) => {
    expect(resolve(province, city, county)).toBe(code);
  });

  test('a code alone is a place where it is a county, and none above it', () => {
    expect(resolve('', '', '', '110102')).toBe('110102');
    expect(resolve('', '', '', '441900')).toBe('441900');
    expect(resolve('', '', '', '120103')).toBe('120103');
    expect(resolve('', '', '', '110000')).toBe('UNKNOWN_REGION');
    expect(resolve('', '', '')).toBe('UNKNOWN_REGION');
  });
});
