import { useId, type ReactNode } from 'react'

export interface GroupProps {
  readonly title: string
  readonly text?: string
  readonly children?: ReactNode
}

/** Settings that belong together, under one heading. */
export function Group({ title, text, children }: GroupProps) {
  const id = useId()
  return (
    <section className="settings-group" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {text !== undefined && <p className="quiet">{text}</p>}
      {children}
    </section>
  )
}
