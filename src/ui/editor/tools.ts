/** The editor's tools, each one record: what the rail, the keys and the help follow from. */
import {
  Brush,
  Circle,
  CircleDot,
  Copy,
  Eraser,
  Hand,
  Lasso,
  type LucideIcon,
  Minus,
  PaintBucket,
  Pentagon,
  Plus,
  WandSparkles,
  Waves,
} from 'lucide-react';

/** What a pointer does on the picture. */
export const modes = ['brush', 'eraser', 'lasso', 'polygon', 'threshold', 'region', 'hand'] as const;
export type Mode = (typeof modes)[number];

/** What changes the whole mask at once. */
export type Change = 'smooth' | 'grow' | 'shrink' | 'largest' | 'holes' | 'copy';

interface Tool<T> {
  readonly does: T;
  readonly name: string;
  readonly key: string;
  readonly icon: LucideIcon;
  /** Takes what the network found. */
  readonly needsPrediction?: boolean;
}

export const modeTools: readonly Tool<Mode>[] = [
  { does: 'brush', name: 'Brush', key: 'b', icon: Brush },
  { does: 'eraser', name: 'Eraser', key: 'e', icon: Eraser },
  { does: 'lasso', name: 'Lasso', key: 'l', icon: Lasso },
  { does: 'polygon', name: 'Polygon', key: 'p', icon: Pentagon },
  { does: 'threshold', name: 'Threshold brush', key: 't', icon: WandSparkles, needsPrediction: true },
  { does: 'region', name: 'Fill or clear a region', key: 'f', icon: PaintBucket },
  { does: 'hand', name: 'Move the picture', key: 'h', icon: Hand },
];

export const changeTools: readonly Tool<Change>[] = [
  { does: 'smooth', name: 'Smooth', key: 'm', icon: Waves },
  { does: 'grow', name: 'Grow by a pixel', key: '+', icon: Plus },
  { does: 'shrink', name: 'Shrink by a pixel', key: '-', icon: Minus },
  { does: 'largest', name: 'Largest region only', key: '1', icon: CircleDot },
  { does: 'holes', name: 'Fill holes', key: 'o', icon: Circle },
  { does: 'copy', name: 'Copy the prediction', key: 'c', icon: Copy, needsPrediction: true },
];

export const modeNames = Object.fromEntries(modeTools.map(({ does, name }) => [does, name])) as Record<Mode, string>;
