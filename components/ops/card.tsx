'use client';

import { type ReactNode, useId } from 'react';
import styles from './ops.module.css';

/** A titled part of the page. */
export function Card(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`${styles.card} ${props.className ?? ''}`} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id} className={styles.cardTitle}>
          {props.title}
        </h2>
        {props.note && <span className={styles.note}>{props.note}</span>}
      </header>
      {props.children}
    </section>
  );
}

/** One named value. */
export function Fact(props: {
  readonly name: string;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.fact} title={props.title}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** How much of the most there is, 0 to 1, beside the number that says it. */
export function Bar({ part }: { readonly part: number }) {
  return (
    <span className={styles.track} aria-hidden="true">
      <span className={styles.bar} style={{ transform: `scaleX(${Math.min(1, part)})` }} />
    </span>
  );
}
