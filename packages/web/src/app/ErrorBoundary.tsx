import { Component, type ReactNode } from 'react'
import { Button } from '../design/Button.tsx'
import { useTexts } from '../i18n/context.ts'

interface ErrorBoundaryProps {
  readonly children: ReactNode
}

/** Where a part of the page breaks, the rest goes on, and it is said what that means for the messages. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined }

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    return error === undefined ? this.props.children : <Broken error={error} />
  }
}

function Broken({ error }: { readonly error: Error }) {
  const { t } = useTexts()
  return (
    <section className="broken" role="alert">
      <h1>{t('error.title')}</h1>
      <p>{t('error.text')}</p>
      <Button kind="primary" onPress={() => location.reload()}>
        {t('error.reload')}
      </Button>
      <details>
        <summary>{t('error.details')}</summary>
        <pre className="broken-details code">{error.stack ?? error.message}</pre>
      </details>
    </section>
  )
}
