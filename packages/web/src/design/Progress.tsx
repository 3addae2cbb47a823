import { ProgressBar } from 'react-aria-components'

export interface BarProps {
  /** Whose progress it is. */
  readonly label: string
  readonly value: number
  readonly of: number
  /** The same in words, under the bar. */
  readonly words: string
  readonly className?: string
}

/** How far something is: a bar, and in words. */
export function Bar({ label, value, of, words, className }: BarProps) {
  return (
    <ProgressBar
      {...(className !== undefined && { className })}
      aria-label={label}
      value={value}
      maxValue={Math.max(1, of)}
      valueLabel={words}
    >
      {({ percentage = 0 }) => (
        <>
          <div className="progress-track">
            <div className="progress-fill" style={{ inlineSize: `${percentage}%` }} />
          </div>
          <span className="quiet small">{words}</span>
        </>
      )}
    </ProgressBar>
  )
}
