'use client';

import { useCallback, useState } from 'react';

export interface Box {
  readonly width: number;
  readonly height: number;
  /** Font size; px. */
  readonly fontPx: number;
  /** Height of the visible page; px. */
  readonly screenHeight: number;
}

function sameBox(a: Box, b: Box): boolean {
  return (
    a.width === b.width && a.height === b.height && a.fontPx === b.fontPx && a.screenHeight === b.screenHeight
  );
}

/** A ref to put on an element, and its content size, kept up to date; `null` before it is laid out. */
export function useBox(): readonly [(element: HTMLElement | null) => (() => void) | undefined, Box | null] {
  const [box, setBox] = useState<Box | null>(null);
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const measure = () => {
      const style = getComputedStyle(element);
      const padding = (side: string) => Number.parseFloat(style.getPropertyValue(`padding-${side}`)) || 0;
      const width = element.clientWidth - padding('left') - padding('right');
      const height = element.clientHeight - padding('top') - padding('bottom');
      const fontPx = Number.parseFloat(style.fontSize);
      const next = { width, height, fontPx, screenHeight: window.innerHeight };
      setBox((old) => (old && sameBox(old, next) ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, []);
  return [ref, box];
}
