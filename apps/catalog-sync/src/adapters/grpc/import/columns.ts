import type { OfferDetail, OfferDraft, OfferPrices } from '@astrolabe/contracts/catalog';
import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { OfferField } from '../../../domain/offer/content.ts';
import {
  attributes,
  code,
  codes,
  grams,
  images,
  percent,
  pieces,
  text,
  tiers,
  truth,
  yuan,
} from './cells.ts';
import type { Read } from './cells.ts';

type Put = (draft: OfferDraft) => OfferDraft;

/** A column of a file of offers: how it may be headed, what of an offer it is, and how a cell is read. */
export type Column = {
  readonly field: OfferField | 'platformGoodsId' | 'platformSkuId' | 'sku';
  readonly words: readonly string[];
  readonly read: (cell: string) => Result<Put, string>;
};

type DraftPrices = NonNullable<OfferDraft['prices']>;

const put = <T>(read: Read<T>, write: (draft: OfferDraft, value: T) => OfferDraft) => {
  return (cell: string): Result<Put, string> => {
    const value = read(cell);
    return value.ok ? ok((draft) => write(draft, value.value)) : value;
  };
};

const detail = <F extends keyof Omit<OfferDetail, 'sku'>>(
  field: F,
  read: Read<OfferDetail[F]>,
  words: readonly string[],
): Column => ({
  field,
  words,
  read: put(read, (draft, value) => ({
    ...draft,
    detail: draft.detail && { ...draft.detail, [field]: value },
  })),
});

const price = <F extends keyof Omit<OfferPrices, 'promotions'>>(
  field: F,
  read: Read<DraftPrices[F]>,
  words: readonly string[],
): Column => ({
  field,
  words,
  read: put(read, (draft, value) => ({
    ...draft,
    prices: draft.prices && { ...draft.prices, [field]: value },
  })),
});

const own = <
  F extends 'cargoNo' | 'platformGoodsId' | 'platformSkuId' | 'poolIds' | 'published' | 'specs',
>(
  field: F,
  read: Read<OfferDraft[F]>,
  words: readonly string[],
): Column => ({ field, words, read: put(read, (draft, value) => ({ ...draft, [field]: value })) });

/** Every column; the first word of each is the one that our own files have. */
export const COLUMNS: readonly Column[] = [
  {
    field: 'sku',
    words: ['sku', '商品编码', '商品编号'],
    read: put(code, (draft, sku) => ({
      ...draft,
      detail: draft.detail && { ...draft.detail, sku },
    })),
  },
  own('cargoNo', code, ['cargoNo', '货号']),
  own('specs', attributes, ['specs', '规格']),
  own('poolIds', codes, ['pools', '商品池']),
  own('published', truth, ['published', '上架']),
  own('platformGoodsId', code, ['platformGoodsId', '平台商品编号']),
  own('platformSkuId', code, ['platformSkuId', '平台规格编号']),
  detail('name', text, ['name', '商品名称', '名称']),
  detail('url', text, ['url', '商品链接', '链接']),
  detail('brand', text, ['brand', '品牌']),
  detail('model', text, ['model', '型号']),
  detail('unit', text, ['unit', '单位']),
  detail('categoryId', code, ['category', '分类编码', '品目编码']),
  detail('mainImage', text, ['mainImage', '主图']),
  detail('images', images, ['images', '图片']),
  detail('service', text, ['service', '售后服务']),
  detail('introduction', text, ['introduction', '商品介绍', '介绍']),
  detail('summary', text, ['summary', '商品参数', '参数']),
  detail('energySaving', truth, ['energySaving', '节能']),
  detail('environmental', truth, ['environmental', '环保']),
  detail('imported', truth, ['imported', '进口']),
  detail('weightGrams', grams, ['weight', '重量(克)', '重量']),
  detail('origin', text, ['origin', '产地']),
  detail('barcode', code, ['barcode', '条码', '条形码']),
  detail('packingList', text, ['packingList', '包装清单']),
  detail('attributes', attributes, ['attributes', '属性']),
  price('agreementFen', yuan, ['agreementPrice', '协议价']),
  price('marketFen', yuan, ['marketPrice', '市场价']),
  price('minimumMilli', pieces, ['minimum', '起订量']),
  price('taxRate', percent, ['taxRate', '税率']),
  price('untaxed', truth, ['untaxed', '不含税']),
  price('tiers', tiers, ['tiers', '阶梯价']),
];

const plain = (word: string): string => word.normalize('NFKC').trim().toLowerCase();

const BY_WORD = new Map(
  COLUMNS.flatMap((column) => column.words.map((word) => [plain(word), column])),
);

/** A row that could be read: the offer, and what of it the file says. */
export type RowRead = {
  readonly draft: OfferDraft;
  readonly fields: ReadonlySet<Column['field']>;
};

export type RowReader = (
  sellerId: string,
  cells: readonly string[],
) => Result<RowRead, readonly string[]>;

/**
 * Reads rows under a heading. A column that nobody knows is refused rather than left out: it would be lost in silence.
 * The error of a heading says what is wrong with it; those of a row begin with the column.
 */
export function rowReader(heading: readonly string[]): Result<RowReader, string> {
  const columns = heading.map((word) => BY_WORD.get(plain(word)) ?? null);
  const unknown = heading.filter((word, at) => columns[at] === null && word.trim() !== '');
  if (unknown.length > 0) return err(`no such columns: ${unknown.join(', ')}`);
  const fields = columns.flatMap((column) => column?.field ?? []);
  const twice = fields.filter((field, at) => fields.indexOf(field) !== at);
  if (twice.length > 0) return err(`columns that are there twice: ${twice.join(', ')}`);
  if (!fields.includes('sku')) return err('there is no column sku (商品编码)');
  return ok((sellerId, cells) => {
    const problems: string[] = [];
    if (cells.some((cell, at) => cell !== '' && !columns[at])) {
      problems.push('the row has more cells than the heading');
    }
    let draft = emptyDraft(sellerId);
    for (const [at, column] of columns.entries()) {
      if (!column) continue;
      const read = column.read(cells[at] ?? '');
      if (read.ok) draft = read.value(draft);
      else problems.push(`${heading[at]?.trim()}: ${read.error}`);
    }
    return problems.length > 0 ? err(problems) : ok({ draft, fields: new Set(fields) });
  });
}

const emptyDraft = (sellerId: string): OfferDraft => ({
  sellerId,
  cargoNo: '',
  specs: [],
  poolIds: [],
  published: false,
  names: [],
  platformGoodsId: '',
  platformSkuId: '',
  detail: {
    sku: '',
    name: '',
    url: '',
    brand: '',
    model: '',
    unit: '',
    categoryId: '',
    mainImage: '',
    images: [],
    service: '',
    introduction: '',
    summary: '',
    energySaving: false,
    environmental: false,
    imported: false,
    weightGrams: 0n,
    origin: '',
    barcode: '',
    packingList: '',
    attributes: [],
  },
  prices: {
    agreementFen: 0n,
    marketFen: 0n,
    minimumMilli: 0n,
    taxRate: 0,
    untaxed: false,
    tiers: [],
    promotions: [],
  },
});
