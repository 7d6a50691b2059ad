import type { ReactNode } from 'react';
import { Boundary } from './boundary.tsx';
import './step.css';

/** One of the four steps of the page: a numbered heading and what belongs to it. */
export function Step({
  number,
  id,
  title,
  lead,
  children,
}: {
  number: number;
  id: string;
  title: string;
  lead: string;
  children: ReactNode;
}) {
  return (
    <section className="step" id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <header className="step-head">
        <span className="step-number" aria-hidden="true">
          {number}
        </span>
        <h2 id={`${id}-title`}>{title}</h2>
        <p className="lead">{lead}</p>
      </header>
      <Boundary title={title}>{children}</Boundary>
    </section>
  );
}
