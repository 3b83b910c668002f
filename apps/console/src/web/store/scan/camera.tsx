import { Alert, Modal, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../language.ts';
import type { TextKey } from '../language.ts';
import { createDetector } from './detector.ts';

/** Between two looks: a code is found at once, and a phone stays cool. */
const LOOK_MS = 150;

/** Why a camera shows nothing, by the browser's name of its exception. */
const PROBLEMS: Readonly<Record<string, TextKey>> = {
  NotAllowedError: 'cameraDenied',
  SecurityError: 'cameraDenied',
  NotFoundError: 'cameraNone',
  OverconstrainedError: 'cameraNone',
  NotReadableError: 'cameraBusy',
};

const problemOf = (error: unknown): TextKey =>
  (error instanceof DOMException ? PROBLEMS[error.name] : undefined) ?? 'cameraFailed';

async function openCamera(): Promise<MediaStream> {
  return await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1_280 } },
  });
}

/** The picture of the camera, until a code is seen in it. */
function useCamera(onCode: (code: string) => void) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<'opening' | 'looking' | TextKey>('opening');
  const told = useRef(onCode);
  told.current = onCode;
  useEffect(() => {
    let isOver = false;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      // A page without https has no camera.
      if (!('mediaDevices' in navigator)) return setState('cameraInsecure');
      stream = await openCamera();
      const shown = video.current;
      if (isOver || !shown) return stream.getTracks().forEach((track) => track.stop());
      shown.srcObject = stream;
      await shown.play();
      const detect = await createDetector();
      setState('looking');
      const look = async (): Promise<void> => {
        if (isOver) return;
        const code = (await detect(shown))?.trim();
        if (code) told.current(code);
        else timer = setTimeout(() => void look().catch(fail), LOOK_MS);
      };
      await look();
    };
    const fail = (error: unknown) => (isOver ? undefined : setState(problemOf(error)));
    run().catch(fail);
    return () => {
      isOver = true;
      clearTimeout(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return { video, state };
}

type Props = { title: string; onCode: (code: string) => void; onClose: () => void };

/** Reads a code with the camera; what it cannot read is typed, where it was opened. */
export function Camera({ title, onCode, onClose }: Props) {
  const text = useText();
  const { video, state } = useCamera(onCode);
  const isProblem = state !== 'opening' && state !== 'looking';
  return (
    <Modal open title={title} footer={null} onCancel={onClose}>
      {isProblem ? (
        <Alert type="warning" showIcon title={text(state)} />
      ) : (
        <Spin spinning={state === 'opening'}>
          <video ref={video} className="camera" muted playsInline aria-label={text('cameraView')} />
          <p className="attribute">{text('cameraHint')}</p>
        </Spin>
      )}
    </Modal>
  );
}
