import { useCallback, useEffect, useState } from 'react';
import type { PlanDescription } from '../../protocol/inspection.ts';
import { useStudio } from '../studio-context.ts';
import { InspectPanel, TIMED_STEPS } from './inspect-panel.tsx';

/** While steps are being timed, their times are asked for this often. */
const TIMING_MS = 1000;

/** The inspector over the page's own training worker: asks anew when a run's state changes, and while steps are timed. */
export function Inspect() {
  const ask = useStudio(state => state.inspect);
  const runState = useStudio(state => state.run?.state);
  const model = useStudio(state => state.model);
  const [plan, setPlan] = useState<PlanDescription | null>();
  const [timing, setTiming] = useState(false);
  const refresh = useCallback(
    async (timed = 0) => {
      const answer = await ask(timed);
      if (answer !== undefined) setPlan(answer);
      if (timed > 0) setTiming(true);
    },
    [ask],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run or a model brings another engine.
  useEffect(() => void refresh(), [refresh, runState, model]);
  const open = timing && (plan?.timing.steps ?? 0) < TIMED_STEPS;
  useEffect(() => {
    if (!open) return;
    const timer = setInterval(() => void refresh(), TIMING_MS);
    return () => clearInterval(timer);
  }, [open, refresh]);
  return <InspectPanel plan={plan} onRefresh={() => void refresh()} onTime={() => void refresh(TIMED_STEPS)} />;
}
