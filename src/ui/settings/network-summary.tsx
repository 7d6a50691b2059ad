import { useMemo } from 'react';
import { networkSummary } from '../../state/network-summary.ts';
import { formatCount, formatLarge } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import './network-summary.css';

/** What the settings make: size and work of the network, level by level. */
export function NetworkSummary() {
  const settings = useStudio(state => state.settings);
  const summary = useMemo(() => networkSummary(settings), [settings]);
  return (
    <details className="finer network">
      <summary>
        Network:{' '}
        <span className="number">{`${formatCount(summary.parameters)} parameters, ${formatLarge(summary.multiplyAdds)} multiply-adds per image`}</span>
      </summary>
      <ScrollArea label="Network table, scrollable">
        <table>
          <caption className="visually-hidden">Levels of the network</caption>
          <thead>
            <tr>
              <th scope="col">Level</th>
              <th scope="col" className="numeric">
                Side
              </th>
              <th scope="col" className="numeric">
                Maps
              </th>
              <th scope="col" className="numeric">
                Parameters
              </th>
            </tr>
          </thead>
          <tbody>
            {summary.levels.map(level => (
              <tr key={level.name}>
                <th scope="row">{levelTitle(level.name)}</th>
                <td className="numeric">{level.size}</td>
                <td className="numeric">{level.channels}</td>
                <td className="numeric">{formatCount(level.parameters)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </details>
  );
}

const levelWords: Record<string, string> = {
  level: 'Down',
  up: 'Up',
  local: 'Localization',
  merge: 'Merge',
  segment: 'Segmentation',
};

/** 'local4' → 'Localization 4'. */
function levelTitle(name: string): string {
  const [, word = name, number = ''] = /^([a-z]+)(\d*)$/.exec(name) ?? [];
  return `${levelWords[word] ?? word} ${number}`.trim();
}
