import { useEffect, useId, useRef, useState } from 'react';
import type { HandPairing, PairingTrial, PictureFolder } from '../../protocol/data.ts';
import { formatCount, plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import './pairing-dialog.css';

const roles = ['neither', 'images', 'masks', 'both'] as const;
type Role = (typeof roles)[number];
const roleWords: Record<Role, string> = {
  neither: 'not used',
  images: 'images',
  masks: 'masks',
  both: 'images and masks',
};

/** The folders of the files that were dropped, and what the choice so far would pair. */
export function PairingDialog({ onClose }: { onClose: () => void }) {
  const before = useStudio(state => state.handPairing);
  const pictureFolders = useStudio(state => state.pictureFolders);
  const tryPairing = useStudio(state => state.tryPairing);
  const pairByHand = useStudio(state => state.pairByHand);
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [folders, setFolders] = useState<readonly PictureFolder[]>();
  const [chosen, setChosen] = useState<Readonly<Record<string, Role>>>(() => rolesOf(before));
  const [remove, setRemove] = useState(() => before?.remove.join(', ') ?? '');
  const [trial, setTrial] = useState<PairingTrial | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    void pictureFolders().then(found => (found ? setFolders(found) : onClose()));
  }, [pictureFolders, onClose]);
  const pairing = choiceOf(chosen, remove);
  const asText = JSON.stringify(pairing);
  useEffect(() => {
    let wanted = true;
    setTrial(null);
    // Typed text is tried once it rests.
    const timer = setTimeout(() => {
      const wish: HandPairing = JSON.parse(asText);
      if (wish.images.length > 0 && wish.masks.length > 0)
        void tryPairing(wish).then(found => wanted && setTrial(found));
    }, 200);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [asText, tryPairing]);
  const use = (choice: HandPairing | null) => {
    onClose();
    void pairByHand(choice);
  };
  return (
    <dialog ref={dialog} className="pairing-dialog" aria-labelledby={title} onClose={onClose}>
      <h3 id={title}>Which files belong together?</h3>
      <p className="help">
        Say what each folder holds. A mask belongs to the image of the same name, once the texts below are removed from
        both names; in a folder of images and masks, masks are the files whose name has one of these texts.
      </p>
      <ScrollArea className="scroll pairing-folders" label="Folders, scrollable">
        <table aria-label="Folders">
          <thead>
            <tr>
              <th scope="col">Folder</th>
              <th scope="col">Pictures</th>
              <th scope="col">Holds</th>
            </tr>
          </thead>
          <tbody>
            {folders?.map(({ name, count, examples }) => (
              <tr key={name}>
                <th scope="row" className="breakable">
                  <span>{name}</span>
                  <span className="pairing-examples">{examples.join(', ')}</span>
                </th>
                <td className="number">{formatCount(count)}</td>
                <td>
                  <select
                    aria-label={`${name} holds`}
                    value={chosen[name] ?? 'neither'}
                    onChange={({ currentTarget }) => setChosen({ ...chosen, [name]: currentTarget.value as Role })}
                  >
                    {roles.map(role => (
                      <option key={role} value={role}>
                        {roleWords[role]}
                      </option>
                    ))}
                  </select>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <label className="pairing-remove">
        <span>Names match after removing</span>
        <input
          value={remove}
          spellCheck={false}
          autoComplete="off"
          placeholder="_outline, mask-"
          onChange={({ currentTarget }) => setRemove(currentTarget.value)}
        />
      </label>
      <div className="pairing-trial" role="status">
        <p className="number">{trial ? trialText(trial) : 'Choose a folder of images and one of masks.'}</p>
        {trial && trial.examples.length > 0 && (
          <ul className="plain-list">
            {trial.examples.map(([image, mask]) => (
              <li key={image} className="breakable">{`${image} ↔ ${mask}`}</li>
            ))}
          </ul>
        )}
      </div>
      <div className="actions">
        <button type="button" className="primary" disabled={!trial || trial.pairs === 0} onClick={() => use(pairing)}>
          Use these pairs
        </button>
        {before && (
          <button type="button" onClick={() => use(null)}>
            Use the page’s own rule
          </button>
        )}
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </dialog>
  );
}

function trialText({ pairs, alone }: PairingTrial): string {
  const others = alone === 0 ? '' : ` · ${plural(alone, 'file')} without a partner`;
  return pairs === 0 ? `No pairs yet${others}` : `${formatCount(pairs)} ${pairs === 1 ? 'pair' : 'pairs'}${others}`;
}

function rolesOf(pairing: HandPairing | null): Record<string, Role> {
  const { images = [], masks = [] } = pairing ?? {};
  return Object.fromEntries([
    ...images.map(folder => [folder, masks.includes(folder) ? 'both' : 'images'] as const),
    ...masks.filter(folder => !images.includes(folder)).map(folder => [folder, 'masks'] as const),
  ]);
}

function choiceOf(chosen: Readonly<Record<string, Role>>, remove: string): HandPairing {
  const withRole = (role: Role) =>
    Object.keys(chosen).filter(folder => chosen[folder] === role || chosen[folder] === 'both');
  const texts = remove.split(',').map(text => text.trim());
  return { images: withRole('images'), masks: withRole('masks'), remove: texts.filter(text => text !== '') };
}
