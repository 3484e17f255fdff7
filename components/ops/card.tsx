'use client';

import { type ReactNode, useId } from 'react';
import cards from './card.module.css';
import tables from './table.module.css';

/** A titled part of the page. */
export function Card(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={cards.card} aria-labelledby={id}>
      <header className={cards.head}>
        <h2 id={id} className={cards.cardTitle}>
          {props.title}
        </h2>
        {props.note && <span className={cards.note}>{props.note}</span>}
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
    <div className={cards.fact} title={props.title}>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** How much of the most there is, 0 to 1, beside the number that says it. */
export function Bar({ part }: { readonly part: number }) {
  return (
    <span className={tables.track} aria-hidden="true">
      <span className={tables.bar} style={{ transform: `scaleX(${Math.min(1, part)})` }} />
    </span>
  );
}
