import { useText as useManageText } from '../manage/texts.ts';
import { shanghai } from '../format.tsx';
import { useText } from './texts.ts';

/** Who has stopped a connection, when and why. */
export type PauseJson = { reason?: string; pausedBy?: string; pausedAt?: string };

/** Why a connection is stopped, by whom and since when, where somebody has said so. */
export function PauseWords({ pause }: { pause: PauseJson | undefined }) {
  const text = useText();
  return (
    <>
      <div>{pause?.reason ?? text('noReason')}</div>
      {pause ? (
        <small>
          {pause.pausedBy} {shanghai(pause.pausedAt)}
        </small>
      ) : null}
    </>
  );
}

/** Whether a connection is used; of one that is stopped who has done that and why, where somebody has said. */
export function Paused({ isUsed, pause }: { isUsed: boolean; pause: PauseJson | undefined }) {
  const manage = useManageText();
  if (isUsed) return manage('enabled');
  return (
    <>
      <div>{manage('disabled')}</div>
      <PauseWords pause={pause} />
    </>
  );
}
