/** The page's one store: what is known, and the actions, which command the workers and write down what comes back. No React. */
import type { createCorrectionActions } from './data/correction-actions.ts';
import type { createDataActions } from './data/data-actions.ts';
import type { createLastDataActions } from './data/last-data.ts';
import type { createDeviceActions } from './device/device-actions.ts';
import type { createOutlineActions } from './inference/outline-actions.ts';
import type { createOutlineCorrectionActions } from './inference/outline-corrections.ts';
import type { createReviewActions } from './inference/review-actions.ts';
import type { createTestActions } from './inference/test-actions.ts';
import type { createKeptRunActions } from './library/kept-run-actions.ts';
import type { createModelActions } from './library/model-actions.ts';
import type { createStorageActions } from './library/storage-actions.ts';
import type { createExportActions } from './report/export-actions.ts';
import type { createReportActions } from './report/report-actions.ts';
import type { createCrossValidationActions } from './run/cross-validation-actions.ts';
import type { createEstimateActions } from './run/estimate-actions.ts';
import type { createLearningCurveActions } from './run/learning-curve-actions.ts';
import type { createRunActions } from './run/run-actions.ts';
import type { createSweepActions } from './run/sweep-actions.ts';
import type { createSettingsActions } from './settings-actions.ts';
import type { StudioState } from './studio-state.ts';

export interface PageActions {
  /** Looks for the device, lists what is kept. Called once. */
  open(): Promise<void>;
  dismiss(problem: number): void;
  dismissNotices(): void;
}

export interface StudioActions
  extends PageActions,
    ReturnType<typeof createSettingsActions>,
    ReturnType<typeof createDeviceActions>,
    ReturnType<typeof createDataActions>,
    ReturnType<typeof createLastDataActions>,
    ReturnType<typeof createCorrectionActions>,
    ReturnType<typeof createRunActions>,
    ReturnType<typeof createEstimateActions>,
    ReturnType<typeof createSweepActions>,
    ReturnType<typeof createCrossValidationActions>,
    ReturnType<typeof createLearningCurveActions>,
    ReturnType<typeof createTestActions>,
    ReturnType<typeof createReviewActions>,
    ReturnType<typeof createOutlineActions>,
    ReturnType<typeof createOutlineCorrectionActions>,
    ReturnType<typeof createModelActions>,
    ReturnType<typeof createKeptRunActions>,
    ReturnType<typeof createReportActions>,
    ReturnType<typeof createExportActions>,
    ReturnType<typeof createStorageActions> {}

export interface Studio extends StudioState, StudioActions {}
