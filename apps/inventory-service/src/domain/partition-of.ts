const names: string[] = [];

/** "p0003" */
export const partitionName = (number: number): string =>
  (names[number] ??= `p${String(number).padStart(4, '0')}`);

/** The partition that owns a seller: FNV-1a over its id. Never changes while the count stays. */
export function partitionOf(sellerId: string, partitions: number): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < sellerId.length; at += 1) {
    hash = Math.imul(hash ^ sellerId.charCodeAt(at), 0x01000193);
  }
  return partitionName((hash >>> 0) % partitions);
}
