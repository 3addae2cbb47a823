import type { CIRCLE as ENGLISH } from '../en/circle.ts'
import type { FaultWords } from '../catalog.ts'

const AGAIN = 'Versuch es noch einmal, wenn dieses Gerät von den anderen gehört hat.'
const NEW_INVITATION = 'Bitte um eine neue Einladung.'
const SEE_MEMBERS = 'Sieh nach, wer im Kreis ist und mit welcher Rolle.'
const READ_ON =
  '{erased, select, yes {Seine Nachrichten wurden hier gelöscht, wie es der Kreis verlangt; wer ihn verlässt, vergisst auch den Rest.} other {Was hier ist, kannst du lesen; wenn du den Kreis verlässt, wird es gelöscht.}}'

export const CIRCLE: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  removed: ['Du wurdest am {at, date, long} aus {circle} ausgeschlossen, von {by}.', READ_ON],
  suspended: [
    'Du wurdest am {at, date, long} in {circle} ausgesetzt, von {by}.',
    'Bitte darum, wieder zugelassen zu werden; bis dahin kannst du lesen, was hier ist.',
  ],
  revoked: ['Dieses Gerät wurde am {at, date, long} aus {circle} herausgenommen, von {by}.', READ_ON],
  dissolved: ['Der Kreis {circle} wurde am {at, date, long} beendet, von {by}.', READ_ON],
  left: ['Du hast {circle} am {at, date, long} verlassen.', READ_ON],
  'circle-left': [
    'Dieses Gerät hat den Kreis verlassen.',
    'Bitte um eine neue Einladung, um zurückzukommen.',
  ],
  'already-member': [
    'Dieses Gerät ist schon in diesem Kreis.',
    'Wurde es herausgenommen, verlass den Kreis: Das löscht, was noch da ist. Dann tritt neu bei.',
  ],
  'last-owner': [
    'Du bist der einzige Eigentümer von {circle}: Ohne dich könnte niemand den Kreis verwalten.',
    'Übergib ihn zuerst jemandem, oder beende ihn.',
  ],
  'role-unknown': ['Diese Rolle gibt es nicht.', 'Wähle eine der angebotenen.'],
  'role-unchanged': [
    '{of, select, promote {Das wäre keine höhere Rolle.} other {Das wäre keine niedrigere Rolle.}}',
    'Wähle eine andere Rolle.',
  ],
  'policy-unknown': ['Diese Regel gibt es nicht.', 'Wähle eine der angebotenen.'],
  'policy-is-allowed': ['Diesen Wert kann die Regel nicht haben.', 'Wähle einen der angebotenen.'],
  'author-sequence': [
    'Dieses Gerät hat zwei Geschichten des Kreises unterschrieben.',
    'Stammt es aus einer Sicherung, nimm es heraus und nimm es neu auf.',
  ],
  'circle-stands': ['Der Kreis wurde beendet.', 'Wenn du ihn verlässt, wird er hier gelöscht.'],
  'signer-device-stands': [
    'Dieses Gerät wurde aus diesem Kreis herausgenommen.',
    'Benutze ein anderes Gerät von dir, oder nimm dieses neu auf.',
  ],
  'signer-is-not-suspended': [
    'Du bist in diesem Kreis ausgesetzt.',
    'Bitte einen Eigentümer oder Verwalter, dich wieder zuzulassen.',
  ],
  'seats-are-open': ['Wer in diesem Raum sitzt, ist hier nicht zu lesen.', AGAIN],
  'names-key-missing': [
    'Dieses Gerät hat den Schlüssel zu den Namen und Räumen dieses Kreises noch nicht bekommen.',
    'Lass es laufen, bis es das Gerät eines anderen Mitglieds getroffen hat, nicht das eines Verwahrers.',
  ],
  'target-is-member': [
    '{of, select, room {{name} hat eine Rolle, mit der man nicht in Räume kommt.} named {{name} ist jetzt nicht im Kreis.} other {Jemand, um den es geht, ist jetzt nicht im Kreis oder hat eine Rolle, mit der man nicht in Räume kommt.}}',
    '{of, select, room {Mach es ohne dieses Mitglied, oder gib ihm zuerst eine andere Rolle.} other {Sieh nach, wer im Kreis ist und mit welcher Rolle.}}',
  ],
  'target-is-another': [
    'Mit dir selbst geht das nicht.',
    '{of, select, leave {Verlass stattdessen den Kreis.} other {Wähle ein anderes Mitglied.}}',
  ],
  'target-is-suspended': [
    '{of, select, named {{name} ist nicht ausgesetzt.} other {Dieses Mitglied ist nicht ausgesetzt.}}',
    SEE_MEMBERS,
  ],
  'transfer-is-undisputed': [
    '{of, select, named {{name} kann nicht Eigentümer werden: ausgesetzt oder im Begriff, ausgeschlossen zu werden.} other {Dieses Mitglied kann nicht Eigentümer werden: ausgesetzt oder im Begriff, ausgeschlossen zu werden.}}',
    'Lass es zuerst wieder zu, oder wähle ein anderes Mitglied.',
  ],
  'invitation-is-new': ['Genau diese Einladung wurde schon gemacht.', 'Mach eine andere.'],
  'invitation-is-live': [
    'Die Einladung gilt nicht mehr: Sie ist abgelaufen oder wurde widerrufen.',
    'Mach eine neue.',
  ],
  'invitation-spent-once': ['Die Einladung wurde schon benutzt.', 'Mach eine neue.'],
  'invitation-spent': [
    'Diese Einladung wurde schon benutzt.',
    'Schließ stattdessen aus, wen sie hereingelassen hat, oder lass es dabei.',
  ],
  'device-is-new': [
    'Dieses Gerät war früher schon im Kreis.',
    'Lass es mit einer anderen Einladung neu beitreten: Dann macht es einen neuen Schlüssel.',
  ],
  'device-is-own': [
    'Ein Gerät kann nur sein eigenes Mitglied aufnehmen.',
    'Lass es von einem der anderen Geräte dieses Mitglieds aufnehmen.',
  ],
  'devices-are-few': ['Du hast so viele Geräte, wie ein Mitglied haben darf.', 'Nimm zuerst eines heraus.'],
  'device-is-not-last': [
    'Das ist das einzige Gerät seines Mitglieds.',
    'Verlass stattdessen den Kreis, oder schließ das Mitglied aus.',
  ],
  'room-is-known': ['Diesen Raum gibt es hier nicht.', AGAIN],
  'not-a-room': ['Das ist kein Raum.', 'Wähle einen Raum des Kreises.'],
  'act-is-known': [
    '{of, select, withdraw {Zurückziehen kann einen Vorschlag nur, wer ihn gemacht hat.} other {Dem kannst du nicht zustimmen: Es ist dein eigener Vorschlag, betrifft dich oder ist hier unbekannt.}}',
    '{of, select, withdraw {Bist du dagegen, tu nichts: Stimmen nicht genug zu, hat er keine Wirkung und läuft ab.} other {Jemand anderes muss zustimmen.}}',
  ],
  'act-is-open': [
    'Dem kann niemand mehr zustimmen: Es wurde zurückgezogen oder vor mehr als 30 Tagen vorgeschlagen.',
    'Lass es neu vorschlagen, oder tu es selbst.',
  ],
  'enough-agree': ['Noch stimmen zu wenige Eigentümer und Verwalter zu.', 'Andere müssen zustimmen.'],
  outranked: ['Jemand mit höherer Rolle hat zugleich etwas getan, das dies ausschließt.', SEE_MEMBERS],
  'link-malformed': [
    'Das ist keine Einladung, oder ein Teil von ihr fehlt.',
    'Kopiere den ganzen Link, von triode: bis zum Ende, oder bitte um einen neuen.',
  ],
  'code-malformed': [
    'Das ist kein vorgelesener Code.',
    'Ein Code besteht aus einer Zahl mit vier Ziffern und zwei Wörtern, etwa 4821-crucial-clown.',
  ],
  'invitation-expired': [
    'Die Einladung ist abgelaufen.',
    'Bitte um eine neue; ist sie neu, sieh nach der Uhr dieses Rechners.',
  ],
  'invitation-refused': [
    '{of, select, invitation_expired {Die Einladung ist abgelaufen.} invitation_spent {Die Einladung wurde schon benutzt.} invitation_revoked {Die Einladung wurde widerrufen.} invitation_blocked {Die Einladung ist nach zu vielen falschen Versuchen gesperrt.} other {Die Einladung wurde abgelehnt: Vielleicht wurde sie benutzt oder widerrufen, oder sie ist abgelaufen.}}',
    NEW_INVITATION,
  ],
  'inviter-unreachable': [
    '{of, select, unknown_there {Wer an der Adresse der Einladung antwortet, weiß nichts von ihr.} other {Das Gerät, das die Einladung gemacht hat, war nicht zu erreichen.}}',
    '{of, select, unknown_there {So sieht eine Einladung aus, die widerrufen, benutzt oder abgelaufen ist: Bitte um eine neue. Oder eine Uhr geht mehr als einen Tag falsch: Sieh nach der dieses Rechners und nach der des anderen.} silent_to_code {Es muss laufen, im selben Netz, und der Code kann abgelaufen oder widerrufen sein. Durch Router führt kein Code: Bitte um einen Link.} other {Es muss laufen, im selben Netz oder an einer Adresse, die von hier zu erreichen ist. Tut es das, wurde die Einladung vielleicht widerrufen: Bitte um eine neue. Übers Internet, mit Routern dazwischen, schalten beide den Kanal „In die Ferne, durch Router hindurch“ ein, bevor die Einladung gemacht wird, oder „Durch Tor“.}}',
  ],
  'fingerprint-mismatch': [
    'Geantwortet hat nicht das Gerät, das die Einladung gemacht hat.',
    'Mach nicht weiter. Sag es auf einem anderen Weg der Person, die dich eingeladen hat.',
  ],
  'expiry-out-of-range': [
    '{of, select, spoken {Ein vorgelesener Code gilt höchstens eine Stunde.} other {{days, plural, one {Eine Einladung gilt höchstens # Tag.} other {Eine Einladung gilt höchstens # Tage.}}}}',
    'Wähle eine kürzere Zeit, und mach danach eine neue.',
  ],
  'spoken-not-offered': [
    'Vorgelesene Codes brauchen X25519, und das gehört nicht zur Verschlüsselung dieses Kreises.',
    'Lade mit einem Link oder QR-Code ein.',
  ],
  'too-many-codes': [
    '{most, plural, one {Dieses Gerät hält schon # vorgelesenen Code offen.} other {Dieses Gerät hält schon # vorgelesene Codes offen.}}',
    'Warte, bis einer abgelaufen ist, oder widerrufe einen.',
  ],
  'code-wrong': [
    '{of, select, call {Jemand hat sich mit der Zahl deines vorgelesenen Codes gemeldet, aber ohne seine Wörter.} other {Das Gerät, das antwortet, kennt diese Wörter nicht: ein falscher Code, oder jemand steht dazwischen.}}',
    '{of, select, call {Vielleicht ein Tippfehler. War es nicht, wen du eingeladen hast, mach einen neuen Code.} other {Prüfe den Code mit der Person, die ihn vorgelesen hat. Nach drei falschen Versuchen gilt er nicht mehr: Bitte um einen neuen.}}',
  ],
  'code-dead': [
    '{of, select, call {Dein vorgelesener Code wurde zu oft ohne seine Wörter probiert und gilt nicht mehr.} other {Dieser Code gilt nicht mehr: Er ist abgelaufen oder wurde zu oft probiert.}}',
    '{of, select, call {Mach einen neuen. War es nicht, wen du eingeladen hast, nimm einen Link, oder trefft euch.} other {Bitte um einen neuen Code.}}',
  ],
  'scan-malformed': [
    'Das ist kein Code zum Vergleichen von Schlüsseln.',
    'Scanne, was das andere Gerät dafür zeigt, und zwar ganz.',
  ],
  'wrong-circle': [
    'Dieser Code gehört zu einem anderen Kreis.',
    'Zeigt den Code des Kreises, in dem ihr beide seid.',
  ],
  'keys-differ': [
    'WARNUNG: Die Schlüssel sind nicht gleich. Vielleicht steht jemand zwischen dir und dieser Person.',
    'Verlass dich auf nichts, was in diesem Kreis gesagt wird, bis du weißt, warum: Frag persönlich, und vergleicht die richtigen Geräte.',
  ],
  'verification-changed': [
    '{name} hat ein Gerät, das du nicht geprüft hast.{others, plural, =0 {} one { So geht es mit # weiteren Person, die dies liest.} other { So geht es mit # weiteren Personen, die dies lesen.}}',
    'Vergleicht die Sicherheitswörter neu, bevor du etwas Geheimes sendest.',
  ],
}
