import { Card, Select, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../../api.ts';
import type { OrderJson } from '../../api.ts';
import { useRead } from '../../read.ts';
import { Answer, Block } from '../shared.tsx';
import { Decision } from './decision.tsx';
import type { DecisionJson } from './decision.tsx';
import { useOrderText } from './texts.ts';
import { Compared, InputsChoice } from './trial.tsx';
import type { Inputs } from './trial.tsx';

type WhyJson = { decision?: DecisionJson | null; replayed?: boolean };
type VersionsJson = { versions?: { version: number; status: string; note?: string }[] };

/** Decisions do not change; who looks for a while sees the order's next one. */
const REFRESH_MS = 10_000;

const pathOf = ({ orderRef }: OrderJson, part: string) => [
  'orders',
  orderRef.channel,
  orderRef.number,
  part,
];

/** What a draft would decide, with the inputs of then or of now, against what was decided. */
function TryDraft({ order, stored }: { order: OrderJson; stored: DecisionJson }) {
  const text = useOrderText();
  const { sellerId } = order.orderRef;
  const [version, setVersion] = useState<number | null>(null);
  const [inputs, setInputs] = useState<Inputs>('recorded');
  const versions = useRead<VersionsJson>(sellerUrl(sellerId, ['rules']), REFRESH_MS);
  const url = sellerUrl(sellerId, pathOf(order, 'try'), { version: String(version), inputs });
  const tried = useRead<{ decision?: DecisionJson }>(version === null ? null : url, REFRESH_MS);
  const known = versions.data?.versions ?? [];
  return (
    <Card size="small" type="inner" title={text('tryDraft')}>
      <Space wrap style={{ marginBottom: 12 }}>
        <Select
          aria-label={text('rules')}
          style={{ minWidth: 200 }}
          placeholder={known.length === 0 ? text('noVersions') : text('rules')}
          value={version}
          onChange={setVersion}
          options={known.map(({ version: number, note = '' }) => ({
            value: number,
            label: `v${number} ${note}`.trim(),
          }))}
        />
        <InputsChoice value={inputs} onChange={setInputs} />
      </Space>
      {version === null ? null : (
        <Answer of={tried}>
          {({ decision }) => {
            if (!decision) return <Typography.Text>{text('none')}</Typography.Text>;
            return (
              <>
                <Compared before={stored.chosen} after={decision.chosen} />
                <Decision decision={decision} />
              </>
            );
          }}
        </Answer>
      )}
    </Card>
  );
}

/** Why the order is where it is: the recorded decision of its allocation, and the same with other rules. */
export function Why({ order }: { order: OrderJson }) {
  const text = useOrderText();
  const standing = Math.max(0, ...(order.lines ?? []).map(({ allocation = 0 }) => allocation));
  const url = sellerUrl(order.orderRef.sellerId, pathOf(order, 'why'), {
    allocation: String(standing),
  });
  const why = useRead<WhyJson>(url, REFRESH_MS);
  return (
    <Block title={text('why')} of={why}>
      {({ decision, replayed = false }) =>
        decision ? (
          <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
            <Tag color={replayed ? 'green' : 'red'}>
              {text(replayed ? 'replayed' : 'notReplayed')}
            </Tag>
            <Decision decision={decision} />
            <TryDraft order={order} stored={decision} />
          </Space>
        ) : (
          <Typography.Text type="secondary">
            {text(standing === 0 ? 'UNKNOWN_DECISION' : 'byPerson')}
          </Typography.Text>
        )
      }
    </Block>
  );
}
