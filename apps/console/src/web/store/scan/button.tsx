import { Button } from 'antd';
import { Suspense, lazy, useState } from 'react';
import { useText } from '../language.ts';

const Camera = lazy(async () => ({ default: (await import('./camera.tsx')).Camera }));

/** Opens the camera, and closes it with the first code that it reads. */
export function ScanButton(props: {
  title: string;
  label?: string;
  onCode: (code: string) => void;
}) {
  const text = useText();
  const { title, label = text('scan'), onCode } = props;
  const [isOpen, setIsOpen] = useState(false);
  const read = (code: string) => {
    setIsOpen(false);
    onCode(code);
  };
  return (
    <>
      <Button className="scan" onClick={() => setIsOpen(true)}>
        {label}
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <Camera title={title} onCode={read} onClose={() => setIsOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
