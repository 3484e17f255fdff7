'use client';

import { type RefObject, useLayoutEffect, useState } from 'react';

export interface Box {
  readonly width: number;
  readonly height: number;
  /** Height of the visible page; px. */
  readonly screenHeight: number;
}

/** The element's content size, kept up to date; `null` before it is laid out. */
export function useBox(element: RefObject<HTMLElement | null>): Box | null {
  const [box, setBox] = useState<Box | null>(null);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => {
      const style = getComputedStyle(target);
      const width = target.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      const height =
        target.clientHeight - Number.parseFloat(style.paddingTop) - Number.parseFloat(style.paddingBottom);
      const screenHeight = window.innerHeight;
      setBox((old) =>
        old?.width === width && old.height === height && old.screenHeight === screenHeight
          ? old
          : { width, height, screenHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [element]);
  return box;
}
