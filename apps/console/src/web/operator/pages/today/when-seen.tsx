import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

/** Draws its content, and loads what that needs, once it is looked at; until then `before`. */
export function WhenSeen({ children, before }: { children: ReactNode; before: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (isSeen || !element) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setIsSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isSeen]);
  return <div ref={place}>{isSeen ? children : before}</div>;
}
