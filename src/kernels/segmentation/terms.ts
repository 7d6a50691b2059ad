/** What the loss is made of, in one place: every engine, the planning between and the reference pass it on as it is. */

/** Each may be missing, as in records from before it existed. */
export interface LossSettings {
  /** 0 for soft Dice alone; else loss = soft Dice + crossEntropy · mean binary cross-entropy. ≥ 0; without it 0. */
  readonly crossEntropy?: number;
  /** Exponent γ of the focal factor (1 − p_true)^γ on each pixel's cross-entropy (Lin et al. 2017). ≥ 0; without it 0, none. */
  readonly focal?: number;
  /** Weight β of missed lesion in the soft Dice, that of false lesion being 1 − β (Tversky loss, Salehi et al. 2017). 0..1; ½ is Dice. */
  readonly tversky?: number;
}

/** The same with nothing left out. */
export interface LossTerms extends Required<LossSettings> {
  /** The soft Dice's s. */
  readonly smoothing: number;
}

/** Takes the loss's own from an object that may hold more. */
export function lossTerms(settings: LossSettings, smoothing: number): LossTerms {
  const { crossEntropy = 0, focal = 0, tversky = 0.5 } = settings;
  return { crossEntropy, focal, tversky, smoothing };
}
