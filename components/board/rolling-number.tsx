'use client';

import { useLayoutEffect, useRef } from 'react';
import { useFormats } from '../format/format-provider.tsx';
import { decimalText } from '../format/minor-units.ts';
import { ROLL_MS, readingAt, type Wheel, wheelsOf } from './roll-digits.ts';
import styles from './rolling-number.module.css';

function paintWheel(element: HTMLElement, { text, next, roll }: Wheel): void {
  const face = element.firstElementChild as HTMLElement;
  if (face.textContent !== text) face.textContent = text;
  if (next === null) {
    element.className = '';
    delete face.dataset.next;
    face.style.transform = '';
    return;
  }
  element.className = styles.digit ?? '';
  if (face.dataset.next !== next) face.dataset.next = next;
  face.style.transform = roll > 0 ? `translateY(${-roll * 100}%)` : '';
}

function paint(root: HTMLElement, wheels: readonly Wheel[]): void {
  while (root.childElementCount > wheels.length) root.lastElementChild?.remove();
  while (root.childElementCount < wheels.length) {
    root.append(document.createElement('span'));
    root.lastElementChild?.append(document.createElement('span'));
  }
  wheels.forEach((wheel, i) => {
    paintWheel(root.children[i] as HTMLElement, wheel);
  });
}

/**
 * Digits that roll from one confirmed value up to the next. What can be read is at no instant more than what is
 * confirmed: wheels turn as an odometer's do, and a fall does not roll. `amount` is an integer in units of the last
 * digit shown. `tail` is written behind the wheels and doesn't roll: the old one stays until they have moved on, or
 * the whole would for a moment read less than before.
 */
export function RollingNumber(props: {
  readonly amount: number;
  readonly fractionDigits: number;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly tail?: string;
  readonly tailClass?: string;
}) {
  const { amount, fractionDigits, prefix = '', suffix = '', tail = '' } = props;
  const { figures } = useFormats();
  const root = useRef<HTMLSpanElement>(null);
  const behind = useRef<HTMLSpanElement>(null);
  const shown = useRef<{ readonly form: string; readonly amount: number; readonly tail: string } | null>(
    null,
  );
  const form = `${prefix} ${fractionDigits} ${suffix}`;

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const draw = (whole: number, roll: number, end: string) => {
      shown.current = { form, amount: whole, tail: end };
      if (behind.current && behind.current.textContent !== end) behind.current.textContent = end;
      const written = figures.decimal(decimalText(whole, fractionDigits), fractionDigits);
      paint(element, wheelsOf(prefix + written + suffix, roll));
    };
    const before = shown.current?.form === form ? shown.current : { amount, tail };
    const from = before.amount;
    const still = document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (still || amount <= from) {
      draw(amount, 0, tail);
      return;
    }
    const startMs = performance.now();
    let request = 0;
    const step = () => {
      const elapsedMs = performance.now() - startMs;
      const { whole, roll } = readingAt(from, amount, elapsedMs);
      draw(whole, roll, whole > from ? tail : before.tail);
      if (elapsedMs < ROLL_MS) request = requestAnimationFrame(step);
    };
    step();
    return () => cancelAnimationFrame(request);
  }, [amount, form, fractionDigits, prefix, suffix, tail, figures]);

  return (
    <>
      <span ref={root} className={styles.rolling} />
      {props.tailClass && <span ref={behind} className={props.tailClass} />}
    </>
  );
}
