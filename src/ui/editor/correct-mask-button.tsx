import { Pencil } from 'lucide-react';
import { ActionButton } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';

/** Opens the mask editor on a pair of the data set. */
export function CorrectMaskButton({ id, className }: { id: string; className?: string }) {
  const correctMask = useStudio(state => state.correctMask);
  return (
    <ActionButton {...(className && { className })} action={correctMask} onClick={() => void correctMask(id)}>
      <Pencil aria-hidden />
      <span>Correct mask</span>
    </ActionButton>
  );
}
