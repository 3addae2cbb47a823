import type { ReactNode } from 'react'
import { useTitle } from '../app/title.ts'

export interface ThresholdProps {
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}

/** The screens before one is inside: one thing to do, in the middle. */
export function Threshold({ title, text, children }: ThresholdProps) {
  useTitle(title)
  return (
    <main className="threshold">
      <div className="threshold-card">
        <img src="/icon.svg" alt="" width={56} height={56} />
        <h1>{title}</h1>
        <p className="quiet">{text}</p>
        {children}
      </div>
    </main>
  )
}
