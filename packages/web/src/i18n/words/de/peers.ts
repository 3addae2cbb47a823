import type { PEERS as ENGLISH } from '../en/peers.ts'
import type { FaultWords } from '../catalog.ts'

const NO_HARM = 'Nichts ist zu tun: Niemand hat etwas erfahren oder ist weiter gekommen.'
const NEW_ONE = 'War es, wen du eingeladen hast, mach eine neue Einladung.'

export const PEERS: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  other: [
    'Das andere Gerät hat sich nicht an das Protokoll gehalten.',
    'Nichts davon wurde behalten. Geht das so weiter, frag, wem das Gerät gehört, ob es dieselbe Version hat.',
  ],
  'clock-differs': [
    '{of, select, behind {{days, plural, one {Ein Gerät, das den Kreis {circle} kennt, ruft mit einer Uhr an, die dieser # Tag vorausgeht.} other {Ein Gerät, das den Kreis {circle} kennt, ruft mit einer Uhr an, die dieser # Tage vorausgeht.}}} other {{days, plural, one {Ein Gerät, das den Kreis {circle} kennt, ruft mit einer Uhr an, die hinter dieser # Tag zurückliegt.} other {Ein Gerät, das den Kreis {circle} kennt, ruft mit einer Uhr an, die hinter dieser # Tage zurückliegt.}}}}',
    'Stelle die Uhr, die falsch geht. Liegen sie mehr als einen Tag auseinander, finden Geräte einander nicht, und Nachrichten zwischen ihnen warten.',
  ],
  'clock-suspected': [
    'Wer an einer Adresse des Kreises {circle} antwortet, erkennt dieses Gerät nicht, wenn es sich meldet.',
    'Sieh nach der Uhr dieses Rechners: Geht sie mehr als einen Tag falsch, halten ihn die anderen für einen Fremden.',
  ],
  'chunk-wrong': [
    'Ein Gerät hat ein Stück gesendet, das nicht zu der Datei gehört.',
    'Nichts davon wurde behalten; die Datei kommt von einem anderen Gerät oder noch einmal.',
  ],
  'member-share-used-up': [
    'Ein Mitglied hat mehr gesendet, als ein Mitglied auf diesem Gerät lassen darf.',
    'Was darüber ist, wartet bei ihm. Schaffe Platz, oder bitte es, weniger zu senden.',
  ],
  'drop-wrong': [
    'Was im Namen eines Mitglieds bei einem Verwahrer lag, hat dieses Mitglied so nicht unterschrieben.',
    'Nichts davon wurde behalten. Die Nachrichten kommen von einem anderen Verwahrer oder vom Mitglied selbst.',
  ],
  'handshake-failed': ['Mit jemandem kam beim Handschlag keine Verbindung zustande.', NO_HARM],
  'invitation-blocked': ['Eine Einladung wurde zu oft falsch probiert.', NEW_ONE],
  'invitation-expired': ['Jemand kam mit einer abgelaufenen Einladung.', NEW_ONE],
  'invitation-revoked': ['Jemand kam mit einer widerrufenen Einladung.', NEW_ONE],
  'invitation-spent': ['Jemand kam mit einer Einladung, die schon benutzt war.', NEW_ONE],
  'invitation-unknown': ['Jemand kam mit einer Einladung, die hier nicht bekannt ist.', NEW_ONE],
  'join-failed': ['Jemand kam mit einer Einladung und konnte nicht hereingelassen werden.', NEW_ONE],
  'join-timeout': ['Jemand kam mit einer Einladung und machte nicht weiter.', NO_HARM],
  'knock-unknown': [
    'Eine Verbindung begann mit einem Namen, der dort nicht bekannt ist.',
    'Nichts wurde verraten. So sieht auch eine Uhr aus, die mehr als einen Tag falsch geht.',
  ],
  'not-a-member': ['Wer sich gemeldet hat, ist nicht oder nicht mehr im Kreis.', NO_HARM],
  'peer-not-authorized': ['Wer sich gemeldet oder geantwortet hat, darf das hier nicht.', NO_HARM],
  'proof-invalid': ['Jemand kam mit einer Einladung und konnte nicht beweisen, sie zu haben.', NO_HARM],
  'code-wrong': [
    'Jemand hat sich mit der Zahl eines vorgelesenen Codes gemeldet, aber ohne seine Wörter.',
    'Vielleicht ein Tippfehler. War es nicht, wen du eingeladen hast, mach einen neuen Code.',
  ],
  'code-dead': [
    'Ein vorgelesener Code wurde zu oft ohne seine Wörter probiert und gilt nicht mehr.',
    'Mach einen neuen. War es nicht, wen du eingeladen hast, nimm einen Link, oder trefft euch.',
  ],
}
