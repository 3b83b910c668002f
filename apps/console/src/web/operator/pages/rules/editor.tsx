import { Alert, Button, Checkbox, Form, Input, InputNumber, Space, Switch } from 'antd';
import { useState } from 'react';
import { Dialog } from '../../manage/dialog.tsx';
import { ApiError, post } from '../../../shared/api.ts';
import { sellerUrl } from '../../api.ts';
import { useSession } from '../../session.ts';
import { FILTERS, SORTS, sentRules } from './api.ts';
import type { RulesJson, VersionJson } from './api.ts';
import { isRulesText, useRulesText } from './texts.ts';
import type { RulesText } from './texts.ts';

/** Names in an order of one's own: some chosen, and each moved up or down. */
function Ordered<Name extends RulesText>(props: {
  all: readonly Name[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  const { all, chosen, onChange } = props;
  const text = useRulesText();
  const rest = all.filter((name) => !chosen.includes(name));
  const shown = all
    .filter((name) => chosen.includes(name))
    .toSorted((a, b) => chosen.indexOf(a) - chosen.indexOf(b));
  const move = (name: string, by: number): void => {
    const from = chosen.indexOf(name);
    const next = chosen.filter((one) => one !== name);
    onChange(next.toSpliced(from + by, 0, name));
  };
  return (
    <div className="ordered">
      {[...shown, ...rest].map((name) => {
        const index = chosen.indexOf(name);
        return (
          <div key={name}>
            <Checkbox
              checked={index >= 0}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))
              }
            >
              {index >= 0 ? `${index + 1}. ` : ''}
              {text(name)}
            </Checkbox>
            {index > 0 ? (
              <Button
                type="text"
                size="small"
                aria-label={`${text('up')} ${text(name)}`}
                onClick={() => move(name, -1)}
              >
                ↑
              </Button>
            ) : null}
            {index >= 0 && index < chosen.length - 1 ? (
              <Button
                type="text"
                size="small"
                aria-label={`${text('down')} ${text(name)}`}
                onClick={() => move(name, 1)}
              >
                ↓
              </Button>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

const METRES_DEFAULT = '5000';
const NOTE_MAX = 200;

/** What is drafted: version and revision 0 for a new one. */
export type Draft = Pick<VersionJson, 'version' | 'revision' | 'rules' | 'note'>;

/** The code of what went wrong, for words. */
export const codeOf = (error: unknown): RulesText => {
  if (!(error instanceof ApiError)) return 'UNKNOWN';
  if (error.isAway) return 'away';
  return isRulesText(error.code) ? error.code : 'UNKNOWN';
};

/** Filters, sorts and the rest of a version, to fill in. */
function RulesFields({
  rules,
  onChange,
}: {
  rules: RulesJson;
  onChange: (rules: RulesJson) => void;
}) {
  const text = useRulesText();
  const filters = rules.filters ?? [];
  const metres = filters.find(({ name }) => name === 'max-distance')?.metres;
  const pointCount = (rules.points ?? []).length;
  const setFilters = (names: readonly string[], far: string): void => {
    const next = names.map((name) => ({ name, metres: name === 'max-distance' ? far : '0' }));
    onChange({ ...rules, filters: next });
  };
  const names = filters.map(({ name }) => name);
  return (
    <>
      <Form.Item label={text('filters')}>
        <Ordered
          all={FILTERS}
          chosen={names}
          onChange={(chosen) => setFilters(chosen, metres ?? METRES_DEFAULT)}
        />
        {metres === undefined ? null : (
          <Space>
            {text('metres')}
            <InputNumber
              aria-label={text('metres')}
              min={1}
              max={5_000_000}
              value={Number(metres)}
              onChange={(value) => setFilters(names, String(value ?? METRES_DEFAULT))}
            />
          </Space>
        )}
      </Form.Item>
      <Form.Item label={text('sorts')}>
        <Ordered
          all={SORTS}
          chosen={rules.sorts ?? []}
          onChange={(sorts) => onChange({ ...rules, sorts: [...sorts] })}
        />
      </Form.Item>
      <Form.Item label={text('warehouseFallback')}>
        <Switch
          aria-label={text('warehouseFallback')}
          checked={rules.warehouseFallback ?? false}
          onChange={(warehouseFallback) => onChange({ ...rules, warehouseFallback })}
        />
      </Form.Item>
      {pointCount === 0 ? null : (
        <p>
          {pointCount} {text('pointsKept')}
        </p>
      )}
    </>
  );
}

type EditorProps = { seller: string; draft: Draft; onSaved: () => void; onClose: () => void };

/** Rules to fill in, and to be kept as a draft. Nothing is routed by a draft. */
export function Editor({ seller, draft, onSaved, onClose }: EditorProps) {
  const text = useRulesText();
  const { csrf } = useSession();
  const [rules, setRules] = useState<RulesJson>(draft.rules ?? {});
  const [note, setNote] = useState(draft.note ?? '');
  const [code, setCode] = useState<RulesText | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    setCode(null);
    try {
      const { version, revision = 0 } = draft;
      const body = { version, revision, rules: sentRules(rules), note: note.trim() };
      await post(sellerUrl(seller, ['rules', 'draft']), body, csrf);
      onSaved();
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={draft.version === 0 ? text('newDraft') : `${text('edit')} v${draft.version}`}
      okText={text('save')}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <RulesFields rules={rules} onChange={setRules} />
        <Form.Item label={text('note')} htmlFor="rules-note">
          <Input
            id="rules-note"
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
