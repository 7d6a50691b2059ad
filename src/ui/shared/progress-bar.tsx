import './progress-bar.css';

/** `fraction` 0..1, or undefined while it cannot be known. */
export function ProgressBar({ label, fraction, text }: { label: string; fraction: number | undefined; text: string }) {
  const percent = fraction === undefined ? undefined : Math.round(Math.min(1, Math.max(0, fraction)) * 1000) / 10;
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      data-unknown={percent === undefined || undefined}
    >
      <div className="progress-fill" style={{ transform: `scaleX(${(percent ?? 30) / 100})` }} />
    </div>
  );
}
