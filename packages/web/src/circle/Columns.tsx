import type { ReactNode } from 'react'
import type { MessageKey } from '../i18n/catalog.ts'
import { useTexts } from '../i18n/context.ts'

export interface ColumnsProps {
  /** Of its title, which names the region that scrolls sideways where it is narrow. */
  readonly id: string
  readonly title: string
  readonly heads: readonly MessageKey[]
  /** Rows. */
  readonly children: ReactNode
}

/** A table of connections. */
export function Columns({ id, title, heads, children }: ColumnsProps) {
  const { t } = useTexts()
  return (
    <div className="table-frame" role="region" aria-labelledby={id} tabIndex={0}>
      <table className="table">
        <caption id={id}>{title}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {t(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
