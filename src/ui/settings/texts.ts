/**
 * What each setting is called, and how it is explained, in one record. `paper`: the value of Isensee et al. 2017 (BRATS, in 3D), brought over
 * to photographs of skin; what the paper does not have is at the value that leaves it out. Ranges and defaults: protocol/settings.ts.
 */

import { networkTitles } from '../../network/catalogue.ts';
import type { SettingGroup } from '../../protocol/setting-records.ts';
import type { AnySettingName, RunSettings, SettingName } from '../../protocol/settings.ts';

interface Texts {
  readonly label: string;
  /** A few words below the field. */
  readonly hint: string;
  /** Of a number. */
  readonly unit?: string;
  /** What it does, why, and common values: behind the field's help button, and in the guide. */
  readonly about: string;
}

/** With the paper's value, null where the paper has none; and, of a choice, each value's own title. */
export type SettingText<T> = Texts & { readonly paper: T | null } & ([T] extends [string]
    ? { readonly titles: Readonly<Record<T, string>> }
    : unknown);

/** Of whatever takes part in training. */
export const runTexts = {
  arch: {
    label: 'Architecture',
    hint: 'Layers of the network',
    paper: 'improved-unet',
    titles: networkTitles,
    about:
      'The Improved UNet adds to the U-Net residual context blocks with dropout on the way down, narrow localization blocks on the way up, and segmentation maps at three levels that are added. The paper uses it; the basic U-Net is there to compare with.',
  },
  size: {
    label: 'Image size',
    hint: 'Side of the square',
    unit: 'pixels',
    paper: 256,
    about:
      'Images and masks are shrunk to a square of this side. Larger sides keep fine borders and cost time and memory with their square. The paper takes 128³ voxels; comparable work on skin lesions takes 256. Results of different sizes cannot be compared pixel by pixel.',
  },
  framing: {
    label: 'Framing',
    hint: 'How an image becomes a square',
    paper: 'squeeze',
    titles: {
      squeeze: 'Squeeze: the whole image, made square',
      letterbox: 'Letterbox: the whole image between black bars',
      crop: 'Crop: the square in the middle',
    },
    about:
      'The network sees squares. Squeezing uses every pixel and changes proportions. Letterbox keeps the proportions and spends pixels on black bars. Crop keeps them too and leaves out what lies beside the middle square: lesion there is never found. Square images look the same in all three. A model is always used as it was trained.',
  },
  constancy: {
    label: 'Colour constancy',
    hint: 'Takes the light’s colour out of each image (shades of grey)',
    paper: false,
    about:
      'Dermatoscopes differ in the colour of their light. Shades of grey (Finlayson and Trezzi 2004) takes the mean colour of each image, with bright pixels counting most, for the light’s and makes it grey. The paper’s scans have no colour. Worth a try where images come from several clinics.',
  },
  filters: {
    label: 'Base filters',
    hint: 'Maps on level 1',
    paper: 16,
    about:
      'Maps of the first level; each deeper level has twice as many. Parameters and time grow about with the square. The paper uses 16, which has 3.2 million parameters in 2D.',
  },
  batch: {
    label: 'Batch size',
    hint: 'Images per step',
    paper: 2,
    about:
      'Images per step. Instance norm counts each image by itself, so small batches train well: the paper uses 2. Larger ones keep a fast GPU busy.',
  },
  epochs: {
    label: 'Epochs',
    hint: 'Passes over the data',
    paper: 300,
    about:
      'Passes over the training images. The paper takes 300 of 100 batches each. The best epoch by validation Dice is kept, so more epochs cost time, not quality.',
  },
  lr: {
    label: 'Learning rate',
    hint: 'In epoch 1',
    paper: 0.0005,
    about:
      'Step length of Adam in the first epoch. The paper uses 0.0005. If the loss stops falling at once or is no number, take a tenth.',
  },
  decay: {
    label: 'Learning rate decay',
    hint: 'Factor per epoch',
    paper: 0.985,
    about:
      'The learning rate is multiplied by it after each epoch. The paper uses 0.985 over 300 epochs; for short runs 1 (none) or 0.95 may do better.',
  },
  l2: {
    label: 'L2 penalty',
    hint: 'On kernels',
    paper: 0.00001,
    about: 'Pulls the convolution kernels towards zero, against overfitting. The paper uses 0.00001.',
  },
  crossEntropy: {
    label: 'Cross-entropy weight',
    hint: 'Added to soft Dice',
    paper: 0,
    about:
      'Adds binary cross-entropy, times this weight, to the soft Dice loss. The paper has Dice alone (0), which looks at overlap; cross-entropy gives every pixel a say and can steady the first epochs. 1 is common.',
  },
  focal: {
    label: 'Focal exponent',
    hint: 'On the cross-entropy',
    paper: 0,
    about:
      'Multiplies each pixel’s cross-entropy by (1 − probability of its class) to this power, so that pixels which are right already count less (focal loss, Lin et al. 2017). Acts only with a cross-entropy weight. 2 is common.',
  },
  tversky: {
    label: 'Missed lesion weight',
    hint: '0.5 is Dice',
    paper: 0.5,
    about:
      'Above 0.5 missed lesion costs more than lesion found where there is none, below it less (Tversky loss, Salehi et al. 2017). 0.7 trades precision for sensitivity.',
  },
  weightDecay: {
    label: 'Weight decay',
    hint: 'AdamW’s, on kernels',
    paper: 0,
    about:
      'Takes the learning rate times this share off the convolution kernels in each step, beside Adam (AdamW, Loshchilov and Hutter 2019). Use it instead of the L2 penalty; 0.01 is common.',
  },
  clip: {
    label: 'Gradient clipping',
    hint: 'Maximum global norm',
    paper: 0,
    about:
      'A gradient whose norm over all weights is larger is scaled down to it, so that one odd batch cannot throw the weights off. 1 is common.',
  },
  average: {
    label: 'Weight averaging',
    hint: 'Share kept per step',
    paper: 0,
    about:
      'Validates, tests and saves an exponential moving average of the weights instead of the last ones: smoother, mostly better, and free. 0.99 to 0.999 for runs of thousands of steps; early steps average over less.',
  },
  schedule: {
    label: 'Schedule',
    hint: 'How the learning rate falls',
    paper: 'exponential',
    titles: {
      exponential: 'Exponential: times the decay per epoch (paper)',
      cosine: 'Cosine: down to 0 at the last epoch',
      plateau: 'Plateau: halved after 5 epochs without gain',
    },
    about:
      'The paper lets the rate fall by a factor per epoch. Cosine needs the number of epochs to be right, and ends at 0, which often gives the last few tenths of a percent. Plateau looks at the validation Dice.',
  },
  warmup: {
    label: 'Warm-up epochs',
    hint: 'Rising rate',
    paper: 0,
    about: 'In the first epochs the rate rises evenly to its value: helps with large rates and large batches.',
  },
  patience: {
    label: 'Patience',
    hint: 'Epochs without gain that end the run',
    paper: 0,
    about:
      'Ends the run when the validation Dice has not risen for that many epochs. The best epoch’s weights are kept in any case.',
  },
  hard: {
    label: 'Hard examples',
    hint: 'Share of an epoch',
    paper: 0,
    about:
      'This share of each epoch’s images is drawn again in proportion to 1 − Dice when they were last trained on, in place of as many others: more of what the network still gets wrong, also more of what is labelled wrong. The paper draws evenly (0).',
  },
  flips: {
    label: 'Flips',
    hint: 'Mirror training images at random',
    paper: true,
    about:
      'Each training image is mirrored left to right and top to bottom by chance. Skin has no up or down, so it is free data. The paper mirrors its scans too, and also rotates, scales, bends and brightens them; it gives no ranges for these.',
  },
  turns: {
    label: 'Quarter turns',
    hint: 'Turn training images by 90° at random',
    paper: false,
    about:
      'Each training image is turned by 0, 90, 180 or 270 degrees by chance. With flips: all eight views of a square. The paper turns by any angle, see Rotation.',
  },
  rotate: {
    label: 'Rotation',
    hint: 'Up to',
    unit: 'degrees',
    paper: 0,
    about:
      'Turned by any angle up to this one, either way; what lies beyond the border is mirrored. The paper rotates at random.',
  },
  zoom: {
    label: 'Scale',
    hint: 'Larger or smaller, share',
    paper: 0,
    about: 'Scaled by a factor between 1 / (1 + value) and 1 + value. The paper scales at random.',
  },
  shift: {
    label: 'Shift',
    hint: 'Share of the side',
    paper: 0,
    about:
      'Moved by up to this share of the side, either way; what lies beyond the border is mirrored. ISIC lesions sit near the middle, and a network should not count on it. The paper does not shift.',
  },
  shear: {
    label: 'Shear',
    hint: 'Up to',
    unit: 'degrees',
    paper: 0,
    about:
      'Leaned over by any angle up to this one. It stands for the paper’s elastic deformation, which bends the scan: lesions have no fixed shape, so a few degrees are plausible.',
  },
  brightness: {
    label: 'Brightness',
    hint: 'Added, share of white',
    paper: 0,
    about:
      'Up to this share of white is added to all colours or taken away, as another exposure would. The paper changes its scans’ brightness by gamma alone.',
  },
  contrast: {
    label: 'Contrast',
    hint: 'More or less, share',
    paper: 0,
    about:
      'Colours’ distance from middle grey is multiplied by a factor between 1 / (1 + value) and 1 + value. Dermatoscopes differ in it. Not in the paper.',
  },
  saturation: {
    label: 'Saturation',
    hint: 'More or less, share',
    paper: 0,
    about:
      'Colours’ distance from grey is multiplied by a factor between 1 / (1 + value) and 1 + value. The paper’s scans have no colour.',
  },
  hue: {
    label: 'Hue',
    hint: 'Turned',
    unit: 'degrees',
    paper: 0,
    about: 'Colours turned about the grey axis. Skin varies little in hue: keep it small.',
  },
  gamma: {
    label: 'Gamma',
    hint: 'More or less, share',
    paper: 0,
    about: 'Colours to a power between 1 / (1 + value) and 1 + value. The paper uses gamma correction.',
  },
  blur: {
    label: 'Blur',
    hint: 'Up to',
    unit: 'pixels',
    paper: 0,
    about:
      'A Gaussian of up to this standard deviation in pixels, as when the camera was out of focus. Not in the paper; small images are blurred enough by shrinking.',
  },
  noise: {
    label: 'Noise',
    hint: 'Up to, share of white',
    paper: 0,
    about:
      'Random values of up to this standard deviation are added to each colour of each pixel, as a dark picture has. Not in the paper.',
  },
  hairs: {
    label: 'Hairs',
    hint: 'Drawn, at most',
    paper: 0,
    about: 'Dark curves over the picture, as hair over a lesion; the mask stays.',
  },
  half: {
    label: 'Half precision',
    hint: 'Activations in 16-bit floats: half the memory, rounder gradients',
    paper: false,
    about:
      'Stores activations in 16-bit floats: half the memory and often faster, with rounder gradients. The loss is scaled so that small ones survive.',
  },
  seed: {
    label: 'Seed',
    hint: 'Same seed, same run',
    paper: null,
    about:
      'Decides first weights, order, dropout and augmentation. The same seed on the same device repeats a run bit for bit; three seeds show how much a result is worth.',
  },
} satisfies { readonly [K in SettingName]: SettingText<RunSettings[K]> };

const shares =
  'Training learns from its part, validation chooses the best epoch, and the test part is scored only when you ask. The paper cross-validates over five folds; 0.8 : 0.1 : 0.1 is common for ISIC.';

/** Of what the page has besides. */
const pageTexts = {
  splitSeed: {
    label: 'Split seed',
    hint: 'Same seed, same split',
    about:
      'Decides which pair falls into which part. Keep it when you compare runs, so that all are tested on the same images; change it to see how far a result hangs on the split.',
  },
  trainShare: {
    label: 'Train share',
    hint: 'Scaled so that the three add up to 1',
    about: `${shares} More training images help more than anything else.`,
  },
  validationShare: {
    label: 'Validation share',
    hint: 'Scaled so that the three add up to 1',
    about: `${shares} Fewer than about 20 images make a shaky choice.`,
  },
  testShare: {
    label: 'Test share',
    hint: 'Scaled so that the three add up to 1',
    about: `${shares} Its size decides how wide the test result’s confidence interval is.`,
  },
  engine: {
    label: 'Engine',
    hint: 'What computes; only in the address',
    about: 'auto takes the page’s own engine on WebGPU, and what else the browser has where that is missing.',
  },
  threads: {
    label: 'CPU threads',
    hint: '0 takes all cores; only in the address',
    about: 'Fewer leave the computer free for other work. Results are the same to the last bit with any number.',
  },
  demo: {
    label: 'Demo pairs',
    hint: 'Drawn by Use demo data; only in the address',
    about: 'More pairs take longer to draw and make a better model.',
  },
} satisfies Readonly<Record<Exclude<AnySettingName, SettingName>, Texts>>;

export const settingTexts: Readonly<Record<AnySettingName, Texts>> = { ...runTexts, ...pageTexts };

export const groupTitles = {
  main: 'Training settings',
  preparation: 'Preparation of the images',
  optimizer: 'Optimizer and loss',
  recipe: 'Training recipe',
  augmentation: 'Augmentation',
  split: 'Split of the data',
  page: 'Engine and demo data',
} satisfies Readonly<Record<SettingGroup, string>>;
