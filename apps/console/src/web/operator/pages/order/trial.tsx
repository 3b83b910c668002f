import { Alert, Segmented } from 'antd';
import type { PlaceJson } from '../../api.ts';
import { useOrderText } from './texts.ts';

/** What rules decide a second time with: what was there then, or what is there now. */
export type Inputs = 'recorded' | 'now';

export function InputsChoice({
  value,
  onChange,
}: {
  value: Inputs;
  onChange: (inputs: Inputs) => void;
}) {
  const text = useOrderText();
  return (
    <Segmented
      value={value}
      onChange={onChange}
      options={[
        { value: 'recorded', label: text('recordedInputs') },
        { value: 'now', label: text('presentInputs') },
      ]}
    />
  );
}

/** Whether both decisions chose one place. */
export function Compared({
  before,
  after,
}: {
  before: PlaceJson | undefined;
  after: PlaceJson | undefined;
}) {
  const text = useOrderText();
  const isSame = before?.id === after?.id && before?.type === after?.type;
  return (
    <Alert
      type={isSame ? 'success' : 'warning'}
      showIcon
      style={{ marginBottom: 12 }}
      title={text(isSame ? 'sameResult' : 'otherResult')}
    />
  );
}
