import { claimItems } from './claim.ts';
import type { ReportContent } from './report-content.ts';

/** What a paper has to say, and where this report says it. */
export function Checklist(content: ReportContent) {
  const items = claimItems(content);
  const met = items.filter(({ where }) => where !== null).length;
  return (
    <>
      <h2 id="claim">CLAIM checklist</h2>
      <p className="soft">
        {`The 2024 update (Tejani et al.), in our words: ${met} of ${items.length} items have a place in this report. The others are yours to write.`}
      </p>
      <div className="scroll">
        <table className="checklist" aria-labelledby="claim">
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col">Where</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ number, about, where, left }) => (
              <tr key={number}>
                <th scope="row">{`${number}. ${about}`}</th>
                <td>{[where ? `In ${where}.` : 'You write it.', left].filter(Boolean).join(' ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
