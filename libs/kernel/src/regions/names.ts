/** A name as it is compared: full-width letters are plain ones, and blanks say nothing. */
export const plain = (name: string): string => name.normalize('NFKC').replaceAll(/\s/gu, '');

const PROVINCE_KIND = /(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$/u;
const CITY_KIND = /(?:地区|盟|市|自治州|州)$/u;
const COUNTY_KIND = /(?:林区|特区|自治旗|自治县|区|县|市|旗)$/u;
/** The peoples in the name of an autonomous county or banner, all but the place itself. */
const PEOPLES =
  /(?:(?:各|回|藏|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|土|达斡尔|仫佬|羌|撒拉|毛南|仡佬|普米|怒|鄂温克|保安|裕固|独龙)族|(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔)族?)+$/u;
const AUTONOMOUS = /自治[县旗]$/u;

/** What stands for a city where it says nothing (GB/T 2260 and its users). */
const NO_CITY = /^(?:市辖区|市辖县|县|.*直辖.*|省直管县?.*)?$/u;

/** Short forms that are not the name without its kind. */
const SHORT_PROVINCES: ReadonlyMap<string, string> = new Map([
  ['内蒙', '内蒙古'],
  ['广西壮族', '广西'],
  ['宁夏回族', '宁夏'],
  ['新疆维吾尔', '新疆'],
]);
const SHORT_CITIES: ReadonlyMap<string, string> = new Map([
  ['博州', '博尔塔拉'],
  ['巴州', '巴音郭楞'],
  ['克州', '克孜勒苏'],
]);

/** The name without its kind; one character is no name. */
function withoutKind(name: string, kind: RegExp): string {
  const short = name.replace(kind, '');
  return Array.from(short).length > 1 ? short : name;
}

/** 浙江 of 浙江省, 内蒙古 of 内蒙 and of 内蒙古自治区. */
export function provinceStem(name: string): string {
  const short = withoutKind(plain(name), PROVINCE_KIND);
  return SHORT_PROVINCES.get(short) ?? short;
}

/** 杭州 of 杭州市, 锡林郭勒 of 锡林郭勒盟, 博尔塔拉 of 博州. */
export const cityStem = (name: string): string =>
  SHORT_CITIES.get(name) ?? withoutKind(name, CITY_KIND);

/** 西湖 of 西湖区, 景宁 of 景宁县 and of 景宁畲族自治县. */
export function countyStem(name: string): string {
  const short = withoutKind(name, COUNTY_KIND);
  if (!AUTONOMOUS.test(name)) return short;
  const place = short.replace(PEOPLES, '');
  return Array.from(place).length > 1 ? place : short;
}

/** Whether the second level says nothing: empty, or a word that stands where a city would. */
export const saysNoCity = (city: string): boolean => NO_CITY.test(city);

/** 恩施州, 恩施 and 恩施土家族苗族自治州 are one city; 天津 and 津市 are not. */
export function sameCity(name: string, city: string): boolean {
  if (name === city) return true;
  const [a, b] = [cityStem(name), cityStem(city)];
  return a === b || (name.endsWith('自治州') && !city.endsWith('市') && a.startsWith(b));
}

/**
 * Whether two names that no table has are one area of the same city: 钱江 and 钱江区 are, 钱江县 and 钱江市 are not.
 * What is empty is never the same.
 */
export function sameArea(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  if (a === b) return true;
  const hasKind = COUNTY_KIND.test(a) && COUNTY_KIND.test(b);
  return (
    countyStem(a) === countyStem(b) && !(hasKind && !AUTONOMOUS.test(a) && !AUTONOMOUS.test(b))
  );
}
