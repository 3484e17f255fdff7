'use client';

import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { type DaySpans, NO_DAYS } from './day-spans.ts';
import { type DayStroke, freshStroke, strokeTo, toggleStroke } from './day-stroke.ts';
import { moveDay } from './move-day.ts';

/** The day of the square under an event; squares carry its number as `data-number`. */
export function dayAt(target: EventTarget): number | null {
  const square = target instanceof Element ? target.closest<HTMLElement>('[data-number]') : null;
  return square ? Number(square.dataset.number) : null;
}

/**
 * Days chosen by click, drag and keys. A plain click chooses anew, Ctrl adds or takes away, Shift goes on from where
 * the stroke before began (by keys it adds); a finger, or a screen reader's click, toggles one day, so that a page still scrolls.
 */
export function useDayChoice(options: {
  readonly chosen: DaySpans;
  readonly choose: (days: DaySpans) => void;
  /** Where the keys are. */
  readonly focused: number;
  /** The keys go to a day; whether they may. */
  readonly focus: (day: number) => boolean;
}) {
  const { chosen, choose, focused, focus } = options;
  /** The stroke that Shift goes on from; the one that a pressed pointer makes is in `drag`, too. */
  const last = useRef<DayStroke | null>(null);
  const [drag, setDrag] = useState<{ readonly stroke: DayStroke; readonly to: number } | null>(null);
  const wasDragged = useRef(false);
  const shown = drag ? strokeTo(drag.stroke, drag.to) : chosen;

  useEffect(() => {
    if (!drag) return;
    const end = () => {
      choose(strokeTo(drag.stroke, drag.to));
      setDrag(null);
    };
    const drop = () => setDrag(null);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', drop);
    return () => {
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', drop);
    };
  }, [drag, choose]);

  const strokeFrom = (day: number, keys: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }) => {
    if (keys.shiftKey && last.current) return last.current;
    return keys.ctrlKey || keys.metaKey ? toggleStroke(chosen, day) : freshStroke(chosen, day);
  };

  return {
    shown,
    onPointerDown(event: PointerEvent) {
      const day = dayAt(event.target);
      wasDragged.current = false;
      if (day === null || event.button !== 0 || event.pointerType === 'touch') return;
      wasDragged.current = true;
      last.current = strokeFrom(day, event);
      focus(day);
      setDrag({ stroke: last.current, to: day });
    },
    onPointerOver(event: PointerEvent) {
      const day = dayAt(event.target);
      if (drag && day !== null && day !== drag.to) {
        setDrag({ ...drag, to: day });
        focus(day);
      }
    },
    onClick(event: MouseEvent) {
      const day = dayAt(event.target);
      if (day === null || wasDragged.current) {
        wasDragged.current = false;
        return;
      }
      last.current = toggleStroke(chosen, day);
      focus(day);
      choose(strokeTo(last.current, day));
    },
    onKeyDown(event: KeyboardEvent) {
      if (dayAt(event.target) === null) return;
      const isCtrl = event.ctrlKey || event.metaKey;
      const to = moveDay(focused, event.key, isCtrl);
      if (to !== null) {
        event.preventDefault();
        if (!event.shiftKey) last.current = null;
        if (!focus(to) || !event.shiftKey) return;
        last.current ??= { base: chosen, anchor: focused, adds: true };
        choose(strokeTo(last.current, to));
      } else if (event.key === ' ' || event.key === 'Enter') {
        event.preventDefault();
        last.current =
          event.key === 'Enter'
            ? { base: NO_DAYS, anchor: focused, adds: true }
            : toggleStroke(chosen, focused);
        choose(strokeTo(last.current, focused));
      } else if (event.key === 'Escape') {
        last.current = null;
        choose(NO_DAYS);
      }
    },
  };
}
