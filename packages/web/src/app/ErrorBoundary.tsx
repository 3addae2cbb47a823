import { Component, type ReactNode } from 'react'
import { Button } from '../design/Button.tsx'
import { CopyButton } from '../design/CopyButton.tsx'
import { useTexts } from '../i18n/context.ts'
import { reportOf } from './errorReport.ts'

interface ErrorBoundaryProps {
  readonly children: ReactNode
}

interface Caught {
  readonly thrown: unknown
}

/** Where a part of the page breaks, the rest goes on, and it is said what that means for the messages. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly caught: Caught | undefined }> {
  override state: { readonly caught: Caught | undefined } = { caught: undefined }

  static getDerivedStateFromError(thrown: unknown): { readonly caught: Caught } {
    return { caught: { thrown } }
  }

  override render(): ReactNode {
    const { caught } = this.state
    return caught === undefined ? this.props.children : <Broken thrown={caught.thrown} />
  }
}

function Broken({ thrown }: { readonly thrown: unknown }) {
  const { t, locale } = useTexts()
  const report = reportOf(thrown, {
    path: location.pathname,
    userAgent: navigator.userAgent,
    language: locale,
  })
  return (
    <section className="broken" role="alert">
      <h1>{t('error.title')}</h1>
      <p>{t('error.text')}</p>
      <div className="dialog-actions">
        <CopyButton text={report} label={t('error.copy')} />
        <Button kind="primary" onPress={() => location.reload()}>
          {t('error.reload')}
        </Button>
      </div>
      <details>
        <summary>{t('error.details')}</summary>
        <pre className="broken-details code" lang="en" dir="ltr">
          {report}
        </pre>
      </details>
    </section>
  )
}
