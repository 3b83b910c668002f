/** A county-level division that is gone, or has another name now. */
export type Former = {
  readonly name: string;
  /** Its old code; empty where the name alone is met. */
  readonly code: string;
  /** Code of the division that its people and addresses belong to now. */
  readonly now: string;
  /** Year of the change. */
  readonly since: number;
};

const former = (now: string, since: number, names: string): Former[] =>
  names.split(' ').map((entry) => {
    const [name = '', code = ''] = entry.split(':');
    return { name, code, now, since };
  });

/**
 * Divisions that address books and other systems still name: merged, split and renamed ones, within their city of today.
 * A county that became a district of the same name (静海县, 静海区) needs no row: names without their kinds are compared
 * within a city. Where a division was split, the row leads to the part that kept most of it.
 */
export const FORMER: readonly Former[] = [
  ...former('110101', 2010, '崇文区:110103'),
  ...former('110102', 2010, '宣武区:110104'),
  ...former('120116', 2009, '塘沽区:120107 汉沽区:120108 大港区:120109'),
  ...former('120117', 2015, '宁河县:120221'),
  ...former('120118', 2015, '静海县:120223'),
  ...former('120119', 2016, '蓟县:120225'),
  ...former('130502', 2020, '桥东区'),
  ...former('130503', 2020, '桥西区 邢台县:130521'),
  ...former('130505', 2020, '任县:130526'),
  ...former('130506', 2020, '南和县:130527'),
  ...former('140213', 2018, '城区:140202'),
  ...former('140214', 2018, '南郊区:140211 矿区:140203'),
  ...former('140215', 2018, '大同县:140227'),
  ...former('140403', 2018, '城区:140402 郊区:140411'),
  ...former('140404', 2018, '长治县:140421'),
  ...former('220184', 2020, '公主岭市:220381'),
  ...former('230717', 2019, '伊春区:230702 美溪区:230708'),
  ...former('230718', 2019, '乌马河区:230711 翠峦区:230706'),
  ...former('230719', 2019, '上甘岭区:230716'),
  ...former('230723', 2019, '汤旺河区:230712 乌伊岭区:230714'),
  ...former('230724', 2019, '五营区:230710 红星区:230715 新青区:230707'),
  ...former('230725', 2019, '带岭区:230713'),
  ...former('230726', 2019, '南岔区:230703'),
  ...former('230751', 2019, '金山屯区:230709 西林区:230705'),
  ...former('310101', 2011, '卢湾区:310103'),
  ...former('310106', 2015, '闸北区:310108'),
  ...former('310115', 2009, '南汇区:310119'),
  ...former('310151', 2016, '崇明县:310230'),
  ...former('320104', 2013, '白下区:320103'),
  ...former('320106', 2013, '下关区:320107'),
  ...former('320508', 2012, '沧浪区:320502 平江区:320503 金阊区:320504'),
  ...former('320613', 2020, '港闸区:320611 崇川区:320602'),
  ...former('320614', 2020, '海门市:320684'),
  ...former('320706', 2014, '新浦区:320705'),
  ...former('330102', 2021, '江干区:330104'),
  ...former('330105', 2021, '下城区:330103'),
  ...former('330603', 2013, '绍兴县:330621'),
  ...former('340181', 2011, '居巢区:341402'),
  ...former('340209', 2020, '三山区:340208 弋江区:340203'),
  ...former('340210', 2020, '芜湖县:340221'),
  ...former('340212', 2020, '繁昌县:340222'),
  ...former('350404', 2021, '梅列区:350402 三元区:350403'),
  ...former('350405', 2021, '沙县:350427'),
  ...former('370116', 2019, '莱城区:371202'),
  ...former('370117', 2019, '钢城区:371203'),
  ...former('370614', 2020, '蓬莱市:370684 长岛县:370634'),
  ...former('410212', 2014, '开封县:410224'),
  ...former('410307', 2021, '偃师市:410381'),
  ...former('410308', 2021, '孟津县:410322 吉利区:410306'),
  ...former('411003', 2016, '许昌县:411023'),
  ...former('440112', 2014, '萝岗区:440116'),
  ...former('500110', 2011, '万盛区 綦江县:500222'),
  ...former('500111', 2011, '双桥区 大足县:500225'),
  ...former('500157', 2025, '江北区:500105 渝北区:500112'),
  ...former('510118', 2020, '新津县:510132'),
  ...former('511504', 2018, '宜宾县:511521'),
  ...former('520204', 2020, '水城县:520221'),
  ...former('520281', 2017, '盘县:520222'),
];

/** Cities that are part of another one now, by their names without a kind. */
export const FORMER_CITIES: Readonly<Record<string, string>> = { 莱芜: '370100', 巢湖: '340100' };

/** What came after the day of the data: these are gone, and those are new (December 2025). */
export const SINCE_THE_DATA = {
  gone: ['500105', '500112'],
  made: [{ code: '500157', name: '两江新区' }],
} as const;

const BY_CODE = new Map(FORMER.filter(({ code }) => code !== '').map((one) => [one.code, one]));

/** The code of today for an old one; a code that nobody replaced stays. */
export const currentCode = (code: string): string => BY_CODE.get(code)?.now ?? code;

/** The division that had a code. */
export const formerOf = (code: string): Former | undefined => BY_CODE.get(code);
