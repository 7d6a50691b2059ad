import { Lock } from 'lucide-react';
import { DataNotices } from '../data/data-notices.tsx';
import { LargestImage } from '../data/largest-image.tsx';
import { useStudio } from '../studio-context.ts';
import { DemoChoice, LastDataChoice, OutlineChoice, TrainChoice } from './choices.tsx';
import { PictureRow } from './picture-row.tsx';
import './welcome.css';

/** What the Data place shows while there is no data set: what the page does, and the ways in. */
export function Welcome() {
  const again = useStudio(state => state.lastData !== null);
  return (
    <div className="welcome scroll" data-again={again || undefined}>
      <DataNotices />
      <div className="welcome-content">
        <h2 className="welcome-title">
          <span>Teach a network to outline skin lesions. </span>
          <span>On your own machine.</span>
        </h2>
        <p className="welcome-lede">
          Drop dermoscopy photos and their masks. Watch the outlines get better, test them on images the network has
          never seen, and keep the model.
        </p>
        <PictureRow />
        <div className="welcome-choices">
          {again && <LastDataChoice />}
          <TrainChoice primary={!again} />
          <OutlineChoice />
          <DemoChoice />
        </div>
        <p className="welcome-privacy">
          <Lock aria-hidden />
          <span>
            <b>Nothing leaves this machine.</b> Images, masks and models stay in this browser. For research and
            teaching; not a medical device.
          </span>
        </p>
        <details className="welcome-limits">
          <summary>Files and limits</summary>
          <p>
            Pairs are X.jpg with X_segmentation.png, or equal names in images/ and masks/. Zips and tars of any size are
            read piece by piece. ISIC 2018 Task 1 comes from the{' '}
            <a href="https://challenge.isic-archive.com/data/" target="_blank" rel="noreferrer">
              ISIC archive’s data page
            </a>
            : read its terms there.
          </p>
          <LargestImage />
        </details>
      </div>
    </div>
  );
}
