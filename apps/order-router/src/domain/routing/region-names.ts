import type { Receiver } from '../order.ts';

/**
 * A place by the names that are left when the words for kinds of places are taken away: whoever wrote
 * it, the same place has the same three names. Empty: not known.
 */
export type RegionNames = {
  readonly province: string;
  readonly city: string;
  readonly area: string;
};

const PROVINCE_KIND = /(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$/;
const CITY_KIND = /(?:地区|盟|市)$/;

/** Short forms that are not the name without its kind. */
const SHORT_FORMS: Readonly<Record<string, string>> = {
  内蒙: '内蒙古',
  广西壮族: '广西',
  宁夏回族: '宁夏',
  新疆维吾尔: '新疆',
  博州: '博尔塔拉',
  巴州: '巴音郭楞',
  克州: '克孜勒苏',
};

/** Provinces that are one city: their second level says nothing, or names the area. */
const CITY_PROVINCES: ReadonlySet<string> = new Set([
  '北京',
  '天津',
  '上海',
  '重庆',
  '香港',
  '澳门',
]);

/** What stands for a city where areas are directly under the province (GB/T 2260 and its users). */
const NO_CITY =
  /^(?:市辖区|市辖县|县|(?:省|自治区)?直辖(?:县|县级)?(?:行政区划|行政单位)?|省直管县?)$/;

/** Counties directly under a province: without a city they are cities of their own. */
const DIRECT_COUNTIES: ReadonlySet<string> = new Set(
  (
    '仙桃 潜江 天门 神农架 济源 ' +
    '石河子 阿拉尔 图木舒克 五家渠 北屯 铁门关 双河 可克达拉 昆玉 胡杨河 新星 白杨 ' +
    '五指山 琼海 文昌 万宁 东方 定安 屯昌 澄迈 临高 白沙 昌江 乐东 陵水 保亭 琼中'
  ).split(' '),
);

/** Autonomous prefectures; their full names go on with the peoples that live there. */
const PREFECTURES = (
  '延边 恩施 湘西 阿坝 甘孜 凉山 黔西南 黔东南 黔南 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 ' +
  '临夏 甘南 海北 黄南 海南 果洛 玉树 海西 昌吉 博尔塔拉 巴音郭楞 克孜勒苏 伊犁'
).split(' ');

const AREA_KIND = /(?:林区|特区|自治旗|自治县|区|县|市|旗)$/;
/** The peoples in the name of an autonomous county or banner, all but the place itself. */
const PEOPLES =
  /(?:(?:各|回|藏|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|土|达斡尔|仫佬|羌|撒拉|毛南|仡佬|普米|怒|鄂温克|保安|裕固|独龙)族|(?:蒙古|哈萨克|柯尔克孜|塔吉克|锡伯|维吾尔)族?)+$/;
const AUTONOMOUS = /自治[县旗]$/;

/** Names a place in one way, whichever words for it the channel or the merchant used. */
export function regionNames(place: Receiver): RegionNames {
  const province = provinceName(place.province);
  const city = place.city.trim();
  const area = place.area.trim();
  if (CITY_PROVINCES.has(province)) {
    const second = NO_CITY.test(city) ? '' : city;
    const isProvince = second === '' || provinceName(second) === province;
    return { province, city: province, area: area !== '' || isProvince ? area : second };
  }
  const named = NO_CITY.test(city) ? '' : cityName(city);
  const direct = named === '' ? areaName(area) : named;
  if (DIRECT_COUNTIES.has(direct)) return { province, city: direct, area: direct };
  return { province, city: named, area };
}

/**
 * Whether two areas of the same city are one: 西湖 and 西湖区 are, 南昌县 and 南昌市 are not. What is not
 * known is never the same.
 */
export function sameArea(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  if (a === b) return true;
  const [nameA, nameB] = [areaName(a), areaName(b)];
  return nameA === nameB && (!AREA_KIND.test(a) || !AREA_KIND.test(b) || isAutonomous(a, b));
}

/** 景宁县 and 景宁畲族自治县: the word that differs is no kind of its own. */
const isAutonomous = (a: string, b: string): boolean => AUTONOMOUS.test(a) || AUTONOMOUS.test(b);

const provinceName = (name: string): string => unlessShort(withoutKind(name.trim(), PROVINCE_KIND));

function cityName(name: string): string {
  const prefecture = PREFECTURES.find((one) => name.startsWith(one));
  if (prefecture && /^(?:州|.*自治州)$/.test(name.slice(prefecture.length))) return prefecture;
  return unlessShort(withoutKind(name, CITY_KIND));
}

function areaName(name: string): string {
  const plain = withoutKind(name, AREA_KIND);
  if (!AUTONOMOUS.test(name)) return plain;
  const place = plain.replace(PEOPLES, '');
  return place.length > 1 ? place : plain;
}

const unlessShort = (name: string): string =>
  Object.hasOwn(SHORT_FORMS, name) ? (SHORT_FORMS[name] ?? name) : name;

/** The name without its kind; a name of one character is no name. */
function withoutKind(name: string, kind: RegExp): string {
  const plain = name.replace(kind, '');
  return plain.length > 1 ? plain : name;
}
