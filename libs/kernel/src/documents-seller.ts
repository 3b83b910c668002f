/**
 * The seller of the documents' examples: its numbers, its places and its people, as the demonstration and the command
 * line make it. Secrets and passwords belong to whoever makes it.
 */
export const DOCUMENTS_SELLER = {
  sellerId: '21230',
  nick: '甘其食旗舰店',
  /** Store ids at the merchant centre, by the codes of the stores. */
  storeIds: { S001: '1342', S002: '123' },
  area: { areaId: '1000000', name: '天津市河东区', warehouse: 'WH-01' },
  /** Application keys by their role. */
  appKeys: { erp: '12345678', pos: '123543', tmall: '89765' },
  clerks: [
    { login: 'xiaowang', name: '小王', storeId: '1342', role: 'manager' },
    { login: 'xiaoli', name: '小李', storeId: '1342', role: 'clerk' },
    { login: 'xiaozhao', name: '小赵', storeId: '123', role: 'clerk' },
  ],
  operator: { login: 'laozhang', name: '老张' },
} as const;
