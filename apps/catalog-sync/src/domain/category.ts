/** A node of the store category tree; a leaf has no children. */
export type Category = { id: string; name: string; children: Category[] };

/** The categories a store may have (white paper 6.1.2). A store names a leaf. */
export const STORE_CATEGORIES: readonly Category[] = [
  {
    id: '1',
    name: '餐饮',
    children: [
      { id: '101', name: '小吃快餐', children: [] },
      { id: '102', name: '中餐', children: [] },
      { id: '103', name: '饮品甜点', children: [] },
    ],
  },
  {
    id: '2',
    name: '服饰鞋包',
    children: [
      { id: '201', name: '女装', children: [] },
      { id: '202', name: '男装', children: [] },
      { id: '203', name: '鞋包', children: [] },
    ],
  },
  {
    id: '3',
    name: '美妆个护',
    children: [
      { id: '301', name: '护肤彩妆', children: [] },
      { id: '302', name: '个人护理', children: [] },
    ],
  },
  {
    id: '4',
    name: '家电数码',
    children: [
      { id: '401', name: '手机通讯', children: [] },
      { id: '402', name: '大家电', children: [] },
      { id: '403', name: '小家电', children: [] },
    ],
  },
  {
    id: '5',
    name: '超市百货',
    children: [
      { id: '501', name: '便利店', children: [] },
      { id: '502', name: '超市', children: [] },
      { id: '503', name: '百货', children: [] },
    ],
  },
  {
    id: '6',
    name: '医药健康',
    children: [
      { id: '601', name: '药店', children: [] },
      { id: '602', name: '医院', children: [] },
    ],
  },
];

/** Whether an id names a leaf of the tree. */
export function isLeafCategory(id: string, nodes: readonly Category[] = STORE_CATEGORIES): boolean {
  return nodes.some((node) =>
    node.children.length === 0 ? node.id === id : isLeafCategory(id, node.children),
  );
}
