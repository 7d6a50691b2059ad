/** What each setting does, with the value of Isensee et al. 2017 (BRATS, in 3D) and why it is so. */
import type { RunSettings } from '../../protocol/settings.ts';

export const aboutSettings: Partial<Record<keyof RunSettings, string>> = {
  arch: 'The Improved UNet adds to the U-Net residual context blocks with dropout on the way down, narrow localization blocks on the way up, and segmentation maps at three levels that are added. The paper uses it; the basic U-Net is there to compare with.',
  size: 'Images and masks are shrunk to a square of this side. Larger sides keep fine borders and cost time and memory with their square. The paper takes 128³ voxels; comparable work on skin lesions takes 256. Results of different sizes cannot be compared pixel by pixel.',
  framing:
    'The network sees squares. Squeezing uses every pixel and changes proportions. Letterbox keeps the proportions and spends pixels on black bars. Crop keeps them too and leaves out what lies beside the middle square: lesion there is never found. Square images look the same in all three. A model is always used as it was trained.',
  constancy:
    'Dermatoscopes differ in the colour of their light. Shades of grey (Finlayson and Trezzi 2004) takes the mean colour of each image, with bright pixels counting most, for the light’s and makes it grey. The paper’s scans have no colour. Worth a try where images come from several clinics.',
  hard: 'This share of each epoch’s images is drawn again in proportion to 1 − Dice when they were last trained on, in place of as many others: more of what the network still gets wrong, also more of what is labelled wrong. The paper draws evenly (0).',
  filters:
    'Maps of the first level; each deeper level has twice as many. Parameters and time grow about with the square. The paper uses 16, which has 3.2 million parameters in 2D.',
  batch:
    'Images per step. Instance norm counts each image by itself, so small batches train well: the paper uses 2. Larger ones keep a fast GPU busy.',
  epochs:
    'Passes over the training images. The paper takes 300 of 100 batches each. The best epoch by validation Dice is kept, so more epochs cost time, not quality.',
  lr: 'Step length of Adam in the first epoch. The paper uses 0.0005. If the loss stops falling at once or is no number, take a tenth.',
  seed: 'Decides first weights, order, dropout and augmentation. The same seed on the same device repeats a run bit for bit; three seeds show how much a result is worth.',
  decay:
    'The learning rate is multiplied by it after each epoch. The paper uses 0.985 over 300 epochs; for short runs 1 (none) or 0.95 may do better.',
  l2: 'Pulls the convolution kernels towards zero, against overfitting. The paper uses 0.00001.',
  crossEntropy:
    'Adds binary cross-entropy, times this weight, to the soft Dice loss. The paper has Dice alone (0), which looks at overlap; cross-entropy gives every pixel a say and can steady the first epochs. 1 is common.',
  focal:
    'Multiplies each pixel’s cross-entropy by (1 − probability of its class) to this power, so that pixels which are right already count less (focal loss, Lin et al. 2017). Acts only with a cross-entropy weight. 2 is common.',
  tversky:
    'Above 0.5 missed lesion costs more than lesion found where there is none, below it less (Tversky loss, Salehi et al. 2017). 0.7 trades precision for sensitivity.',
  schedule:
    'The paper lets the rate fall by a factor per epoch. Cosine needs the number of epochs to be right, and ends at 0, which often gives the last few tenths of a percent. Plateau looks at the validation Dice.',
  warmup: 'In the first epochs the rate rises evenly to its value: helps with large rates and large batches.',
  patience:
    'Ends the run when the validation Dice has not risen for that many epochs. The best epoch’s weights are kept in any case.',
  average:
    'Validates, tests and saves an exponential moving average of the weights instead of the last ones: smoother, mostly better, and free. 0.99 to 0.999 for runs of thousands of steps; early steps average over less.',
  weightDecay:
    'Takes the learning rate times this share off the convolution kernels in each step, beside Adam (AdamW, Loshchilov and Hutter 2019). Use it instead of the L2 penalty; 0.01 is common.',
  clip: 'A gradient longer than this is shortened to it, so that one odd batch cannot throw the weights off. 1 is common.',
  rotate:
    'Turned by any angle up to this one, either way; what lies beyond the border is mirrored. The paper rotates at random.',
  zoom: 'Scaled by a factor between 1 / (1 + value) and 1 + value. The paper scales at random.',
  shift:
    'Moved by up to this share of the side, either way; what lies beyond the border is mirrored. ISIC lesions sit near the middle, and a network should not count on it. The paper does not shift.',
  shear:
    'Leaned over by any angle up to this one. It stands for the paper’s elastic deformation, which bends the scan: lesions have no fixed shape, so a few degrees are plausible.',
  brightness:
    'Up to this share of white is added to all colours or taken away, as another exposure would. The paper changes its scans’ brightness by gamma alone.',
  contrast:
    'Colours’ distance from middle grey is multiplied by a factor between 1 / (1 + value) and 1 + value. Dermatoscopes differ in it. Not in the paper.',
  saturation:
    'Colours’ distance from grey is multiplied by a factor between 1 / (1 + value) and 1 + value. The paper’s scans have no colour.',
  blur: 'A Gaussian of up to this standard deviation in pixels, as when the camera was out of focus. Not in the paper; small images are blurred enough by shrinking.',
  noise:
    'Random values of up to this standard deviation are added to each colour of each pixel, as a dark picture has. Not in the paper.',
  gamma: 'Colours to a power between 1 / (1 + value) and 1 + value. The paper uses gamma correction.',
  hue: 'Colours turned about the grey axis. Skin varies little in hue: keep it small.',
  hairs: 'Dark curves over the picture, as hair over a lesion; the mask stays.',
  flips:
    'Each training image is mirrored left to right and top to bottom by chance. Skin has no up or down, so it is free data. The paper mirrors its scans too, and also rotates, scales, bends and brightens them.',
  turns:
    'Each training image is turned by 0, 90, 180 or 270 degrees by chance. With flips: all eight views of a square.',
  half: 'Stores activations in 16-bit floats: half the memory and often faster, with rounder gradients. The loss is scaled so that small ones survive.',
};

const shares =
  'Training learns from its part, validation chooses the best epoch, and the test part is scored only when you ask. The paper cross-validates over five folds; 0.8 : 0.1 : 0.1 is common for ISIC.';

export const aboutSplit = {
  train: `${shares} More training images help more than anything else.`,
  validation: `${shares} Fewer than about 20 images make a shaky choice.`,
  test: `${shares} Its size decides how wide the test result’s confidence interval is.`,
  seed: 'Decides which pair falls into which part. Keep it when you compare runs, so that all are tested on the same images; change it to see how far a result hangs on the split.',
};
