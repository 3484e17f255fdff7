'use client';

import { useEffect, useState } from 'react';
import { useNewerVersion } from '../board/use-newer-version.ts';
import { pixelShift } from './wall-shape.ts';

const SHIFT_EVERY_MS = 60_000;
const CURSOR_AFTER_MS = 3000;

/** Keeps the screen on while the page is visible; browsers without wake locks do as they did before. */
export function useWakeLock(): void {
  useEffect(() => {
    let gone = false;
    let lock: WakeLockSentinel | null = null;
    const acquire = () => {
      if (gone || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
      navigator.wakeLock.request('screen').then(
        (granted) => {
          if (gone) void granted.release();
          else lock = granted;
        },
        (refusal: unknown) => console.info('the screen may go dark:', refusal),
      );
    };
    acquire();
    // The system takes the lock away with visibility and never gives it back by itself.
    document.addEventListener('visibilitychange', acquire);
    return () => {
      gone = true;
      document.removeEventListener('visibilitychange', acquire);
      void lock?.release();
    };
  }, []);
}

/** Moves by a few pixels every minute, so that no edge burns in. */
export function usePixelShift(): { readonly x: number; readonly y: number } {
  const [step, setStep] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setStep((before) => before + 1), SHIFT_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return pixelShift(step);
}

/** Whether the pointer has rested for three seconds. */
export function useRestingPointer(): boolean {
  const [resting, setResting] = useState(false);
  useEffect(() => {
    let timer = setTimeout(() => setResting(true), CURSOR_AFTER_MS);
    const moved = () => {
      setResting(false);
      clearTimeout(timer);
      timer = setTimeout(() => setResting(true), CURSOR_AFTER_MS);
    };
    window.addEventListener('pointermove', moved);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointermove', moved);
    };
  }, []);
  return resting;
}

/** Loads the page anew when the server has come back as another version. */
export function useReloadOnUpgrade(): void {
  const newer = useNewerVersion();
  useEffect(() => {
    if (newer) location.reload();
  }, [newer]);
}
