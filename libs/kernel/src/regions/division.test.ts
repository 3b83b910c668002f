import { describe, expect, test } from 'vitest';
import { divisionNamed } from './division.ts';

describe('a division as people write it', () => {
  test.each([
    ['120102', '120102', '天津市河东区'],
    ['120221', '120117', '天津市宁河区'],
    ['120000', '120000', '天津市'],
    ['天津市', '120000', '天津市'],
    ['天津/河东', '120102', '天津市河东区'],
    ['天津市/天津市/河东区', '120102', '天津市河东区'],
    ['山东省_临沂市_河东区', '371312', '山东省临沂市河东区'],
    ['临沂市/河东区', '371312', '山东省临沂市河东区'],
    ['浙江省/杭州市', '330100', '杭州市'],
    ['杭州', '330100', '杭州市'],
    ['浙江省', '330000', '浙江省'],
    ['浙江省/义乌市', '330782', '浙江省金华市义乌市'],
    ['静海县', '120118', '天津市静海区'],
    ['朝阳市', '211300', '朝阳市'],
    ['吉林市', '220200', '吉林市'],
  ])('%s is %s', (written, code, fullName) => {
    expect(divisionNamed(written)).toEqual({ ok: true, value: { code, fullName } });
  });

  test.each([
    ['河东区', '天津市河东区、山东省临沂市河东区'],
    ['吉林', '吉林省、吉林市'],
  ])('%s is several places', (written, message) => {
    expect(divisionNamed(written)).toEqual({ ok: false, error: { code: 'AMBIGUOUS', message } });
  });

  test.each(['999999', '12010', '杭洲市', '浙江省/河东区', '天津市/河东区/八纬路/1', '', ' / '])(
    '%j is none',
    (written) => {
      expect(divisionNamed(written)).toMatchObject({ error: { code: 'UNKNOWN_REGION' } });
    },
  );
});
