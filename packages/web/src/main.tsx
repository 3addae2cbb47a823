/** Starts the page: the session first, so that the code is out of the address before anything is drawn. */
import './jitless.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { Session } from '@triode/api'
import './design/tokens.css'
import './design/base.css'
import './design/controls.css'
import './app/app.css'
import { App } from './app/App.tsx'
import { connect } from './device/connection.ts'
import { applyAppearance } from './design/appearance.ts'
import { followTheme } from './design/theme.ts'
import { LocaleProvider } from './i18n/LocaleProvider.tsx'
import { chosenLocale } from './i18n/locale.ts'
import { loadCatalog } from './i18n/locales.ts'
import { keptSession, redeem, takeLaunchCode } from './session/session.ts'

async function session(): Promise<Session | undefined> {
  const code = takeLaunchCode()
  if (code === undefined) return keptSession()
  // A code that was used is no loss while this window has a session already.
  return redeem(code).catch(() => keptSession())
}

async function start(): Promise<void> {
  followTheme()
  applyAppearance()
  const root = document.getElementById('root')
  if (root === null) throw new Error('index.html has no root')
  const locale = chosenLocale()
  const [opened, catalog] = await Promise.all([session(), loadCatalog(locale)])
  createRoot(root).render(
    <StrictMode>
      <LocaleProvider first={{ locale, catalog }}>
        <App first={opened && connect(opened)} />
      </LocaleProvider>
    </StrictMode>,
  )
}

void start()
