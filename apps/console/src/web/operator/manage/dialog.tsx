import { Modal } from 'antd';
import type { ModalProps } from 'antd';
import { useRef } from 'react';

/** What one types or chooses in; a switch or a button is no field to begin with. */
const FIELD = ['input:not([type=hidden])', 'textarea', 'select']
  .map((field) => `${field}:not([disabled]):not([readonly])`)
  .join(',');

/**
 * A dialog that begins with the cursor in its first field. `autoFocus` of a field is too early where nothing moves: the
 * dialog is put into the page after its fields were made.
 */
export function Dialog({ children, afterOpenChange, ...props }: ModalProps) {
  const inside = useRef<HTMLDivElement>(null);
  const begin = (isOpen: boolean) => {
    afterOpenChange?.(isOpen);
    if (isOpen) inside.current?.querySelector<HTMLElement>(FIELD)?.focus();
  };
  return (
    <Modal {...props} afterOpenChange={begin}>
      <div ref={inside}>{children}</div>
    </Modal>
  );
}
