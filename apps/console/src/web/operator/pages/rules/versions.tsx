import { Alert, Button, Form, Input, Space, Tag } from 'antd';
import { useState } from 'react';
import { DataTable } from '../../manage/data-table.tsx';
import { Dialog } from '../../manage/dialog.tsx';
import { post } from '../../../shared/api.ts';
import { sellerUrl } from '../../api.ts';
import { shanghai } from '../../format.tsx';
import { useSession } from '../../session.ts';
import type { RulesJson, VersionJson } from './api.ts';
import { codeOf } from './editor.tsx';
import { isRulesText, useRulesText } from './texts.ts';
import type { RulesText } from './texts.ts';

const COLORS: Readonly<Record<string, string>> = { ACTIVE: 'green', DRAFT: 'blue' };

/** What a version says, in a line. */
function Summary({ rules = {} }: { rules: RulesJson | undefined }) {
  const text = useRulesText();
  const named = (name: string): string => (isRulesText(name) ? text(name) : name);
  const filters = (rules.filters ?? []).map(({ name, metres = '0' }) =>
    metres === '0' ? named(name) : `${named(name)} ${metres} m`,
  );
  return (
    <>
      {filters.length === 0 ? null : <div>⊘ {filters.join(' · ')}</div>}
      <div>⇅ {(rules.sorts ?? []).map(named).join(' › ')}</div>
      {rules.warehouseFallback ? <div>{text('warehouseFallback')}</div> : null}
    </>
  );
}

const NOTE_MAX = 200;

/** Asks why, and makes a version the one that decides. */
export function Activate(props: {
  seller: string;
  version: VersionJson;
  onDone: () => void;
  onClose: () => void;
}) {
  const { seller, version, onDone, onClose } = props;
  const text = useRulesText();
  const { csrf } = useSession();
  const [note, setNote] = useState('');
  const [code, setCode] = useState<RulesText | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    if (note.trim() === '') return setCode('whyMissing');
    setBusy(true);
    setCode(null);
    try {
      const { version: number, revision = 0 } = version;
      const body = { version: number, revision, note: note.trim() };
      await post(sellerUrl(seller, ['rules', 'activate']), body, csrf);
      onDone();
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={`${text(version.status === 'ARCHIVED' ? 'rollBack' : 'activate')} v${version.version}`}
      okText={text('confirm')}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <p>{text('activateHint')}</p>
      <Summary rules={version.rules} />
      <Form layout="vertical" style={{ marginTop: 12 }}>
        <Form.Item label={text('why')} required htmlFor="activation-note">
          <Input
            id="activation-note"
            maxLength={NOTE_MAX}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        </Form.Item>
        {code ? <Alert type="error" showIcon title={text(code)} /> : null}
      </Form>
    </Dialog>
  );
}

export type Choose = {
  edit: (version: VersionJson) => void;
  copy: (version: VersionJson) => void;
  activate: (version: VersionJson) => void;
  look: (version: VersionJson) => void;
};

function Verbs({
  version,
  mayChange,
  choose,
}: {
  version: VersionJson;
  mayChange: boolean;
  choose: Choose;
}) {
  const text = useRulesText();
  const { status } = version;
  return (
    <Space wrap>
      <Button size="small" onClick={() => choose.look(version)}>
        {text('tryOne')} / {text('simulate')}
      </Button>
      {mayChange && status === 'DRAFT' ? (
        <Button size="small" onClick={() => choose.edit(version)}>
          {text('edit')}
        </Button>
      ) : null}
      {mayChange && status !== 'DRAFT' ? (
        <Button size="small" onClick={() => choose.copy(version)}>
          {text('copyDraft')}
        </Button>
      ) : null}
      {mayChange && status !== 'ACTIVE' ? (
        <Button size="small" type="primary" onClick={() => choose.activate(version)}>
          {text(status === 'ARCHIVED' ? 'rollBack' : 'activate')}
        </Button>
      ) : null}
    </Space>
  );
}

/** All versions, newest first, with what each says and when it was in force. */
export function Versions(props: {
  versions: readonly VersionJson[];
  mayChange: boolean;
  choose: Choose;
}) {
  const { versions, mayChange, choose } = props;
  const text = useRulesText();
  return (
    <DataTable<VersionJson>
      rowKey="version"
      dataSource={[...versions]}
      columns={[
        {
          title: text('version'),
          render: (_, { version, status }) => (
            <>
              v{version}{' '}
              <Tag color={COLORS[status] ?? 'default'}>
                {isRulesText(status) ? text(status) : status}
              </Tag>
            </>
          ),
        },
        { title: text('filters'), render: (_, row) => <Summary rules={row.rules} /> },
        { title: text('note'), render: (_, row) => row.note || '—' },
        {
          title: text('activations'),
          render: (_, { activations = [] }) =>
            activations.length === 0
              ? text('never')
              : activations.toReversed().map(({ at, actor = '', note = '' }) => (
                  <div key={at}>
                    {shanghai(at)} {actor} {note}
                  </div>
                )),
        },
        {
          title: text('by'),
          render: (_, { actor = '', changedAt }) => `${actor} ${shanghai(changedAt)}`,
        },
        {
          title: '',
          render: (_, row) => <Verbs version={row} mayChange={mayChange} choose={choose} />,
        },
      ]}
    />
  );
}
