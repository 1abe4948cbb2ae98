/** What is known of a difference, valid at every moment and however often it is looked at. */
export interface AnytimeEvidence {
  /** The variant's mean minus the control's. */
  readonly effect: number
  /** Holds the true difference at all times together with probability 1 - alpha. */
  readonly interval: { readonly from: number; readonly to: number }
  /** Anytime-valid p-value of "there is no difference": at most alpha exactly when the interval leaves 0 out. */
  readonly pValue: number
}
