import { App } from 'antd';
import type { Line } from '../api.ts';
import { useText } from '../language.ts';
import { ScanButton } from './button.tsx';

/** The merchant's code, and where there is none the SKU or the item, is what the goods carry. */
const hasCode =
  (code: string) =>
  ({ outerId, skuId, itemId }: Line): boolean =>
    [outerId, skuId, itemId].includes(code);

/** Finds lines by the code on their goods; one that none has is said. */
export function GoodsScan(props: {
  lines: readonly Line[];
  onLines: (lines: readonly Line[]) => void;
}) {
  const { lines, onLines } = props;
  const text = useText();
  const { message } = App.useApp();
  const scanned = (code: string) => {
    const found = lines.filter(hasCode(code));
    if (found.length === 0) message.warning(`${text('notOfOrder')}${code}`);
    else onLines(found);
  };
  return <ScanButton label={text('scanGoods')} title={text('scanGoods')} onCode={scanned} />;
}
