import { type SyntheticEvent, useState } from 'react';
import * as v from 'valibot';
import './licences.css';

const licences = v.array(v.object({ name: v.string(), version: v.string(), licence: v.string(), text: v.string() }));
type Licence = v.InferOutput<typeof licences>[number];

/** The build writes the list beside the page, as a module: the packages of which code is in the page or its workers. */
async function load(): Promise<readonly Licence[]> {
  const address = new URL('licences.js', document.baseURI).href;
  const { default: list } = (await import(/* @vite-ignore */ address)) as { default: unknown };
  return v.parse(licences, list);
}

export function Licences() {
  const [list, setList] = useState<readonly Licence[] | 'missing' | null>(null);
  const opened = ({ currentTarget }: SyntheticEvent<HTMLDetailsElement>) => {
    if (!currentTarget.open || Array.isArray(list)) return;
    load().then(setList, () => setList('missing'));
  };
  return (
    <details className="about-part" onToggle={opened}>
      <summary>Licences</summary>
      <div className="about-body">
        {list === null && <p className="help">Reading the list…</p>}
        {list === 'missing' && <p className="help">The list could not be read: the page’s server does not answer.</p>}
        {Array.isArray(list) && (
          <>
            <p className="help">{`Code of ${list.length} packages is in the page.`}</p>
            <ul className="plain-list licences">
              {(list as readonly Licence[]).map(({ name, version, licence, text }) => (
                <li key={`${name} ${version}`}>
                  {text ? (
                    <details>
                      <summary>{`${name} ${version} · ${licence}`}</summary>
                      <pre>{text}</pre>
                    </details>
                  ) : (
                    `${name} ${version} · ${licence}`
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </details>
  );
}
