import type { COMMON as ENGLISH } from '../en/common.ts'

export const COMMON: Readonly<Record<keyof typeof ENGLISH, string>> = {
  'app.name': 'Triode',
  'action.cancel': 'Abbrechen',
  'action.close': 'Schließen',
  'action.back': 'Zurück',
  'action.copy': 'Kopieren',
  'action.copied': 'Kopiert',
  'action.retry': 'Noch einmal versuchen',
  'action.save': 'Speichern',
  'action.delete': 'Löschen',
  'action.more': 'Mehr',
  'action.clear': 'Leeren',
  'state.loading': 'Lädt …',
  'link.lost': 'Das Gerät auf diesem Rechner antwortet nicht. Neuer Versuch …',
  'link.lost.detail':
    'Was du gesendet hast, liegt dort und geht hinaus, sobald es wieder läuft. Starte es mit „triode start“.',
  'nav.conversations': 'Unterhaltungen',
  'nav.settings': 'Einstellungen',
  'nav.new': 'Kreis gründen oder beitreten',
  'nav.lock': 'Jetzt sperren',
  'nav.skip': 'Zum Inhalt springen',
  'title.conversation': 'Unterhaltung',
  'title.circle': 'Kreis',
  'title.screen': '{screen} · Triode',
}
