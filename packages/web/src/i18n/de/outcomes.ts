import type { OUTCOMES as ENGLISH } from '../en/outcomes.ts'

export const OUTCOMES: Readonly<Record<keyof typeof ENGLISH, string>> = {
  'outcome.unknown': 'Ob es geschehen ist, ist nicht bekannt: Sieh nach, bevor du es noch einmal versuchst.',
  'outcome.look': 'Dadurch wurde nichts geändert: Was auf dem Gerät gespeichert ist, bleibt dort.',
  'outcome.send':
    '{known, select, yes {Deine Nachricht wurde nicht gesendet. Sie steht wieder im Feld und geht hinaus, wenn du sie von dort sendest.} other {Ob deine Nachricht gesendet wurde, ist nicht bekannt. Sie steht wieder im Feld: Sieh nach, ob sie auch oben steht, bevor du sie sendest.}}',
  'outcome.edit':
    '{known, select, yes {Die Nachricht bleibt für alle, wie sie war. Deine Änderung steht im Feld.} other {Ob die Nachricht geändert wurde, ist nicht bekannt. Deine Änderung steht im Feld.}}',
  'outcome.attach':
    '{known, select, yes {Nichts wurde gesendet. Dein Text und deine Dateien warten hier, nur in diesem Fenster.} other {Ob es gesendet wurde, ist nicht bekannt. Dein Text und deine Dateien warten hier: Sieh nach, ob sie auch oben stehen, bevor du sie sendest.}}',
  'outcome.voice':
    '{known, select, yes {Die Aufnahme wurde nicht gesendet. Sie ist noch hier, nur in diesem Fenster.} other {Ob die Aufnahme gesendet wurde, ist nicht bekannt. Sie ist noch hier: Sieh nach, ob sie auch oben steht, bevor du sie sendest.}}',
  'outcome.delete':
    '{known, select, yes {Dadurch wurde nichts gelöscht: Wer die Nachricht hat, hat sie noch. Waren es mehrere, sind die davor gelöscht.} other {Ob die Nachricht gelöscht wurde, ist nicht bekannt: Was noch zu sehen ist, ist noch da.}}',
  'outcome.react': 'Die Nachricht bleibt, wie sie ist; deine Reaktion wurde nicht geändert.',
  'outcome.copy': 'Nichts wurde kopiert: Der Browser hat es nicht erlaubt.',
  'outcome.forward':
    '{known, select, yes {Unterhaltungen, die noch gewählt sind, haben nicht alles bekommen; die anderen haben es.} other {Unterhaltungen, die nicht mehr gewählt sind, haben es bekommen. Von der ersten, die noch gewählt ist, ist es nicht bekannt: Sieh dort nach, bevor du noch einmal weiterleitest.}}',
  'outcome.getFile':
    'Dadurch ging nichts verloren: Was von der Datei hier ist, bleibt, und solange ihre Nachricht da ist, lässt sie sich noch einmal holen.',
  'outcome.keepFile': 'Die Datei bleibt hier wie bisher.',
  'outcome.expiry': 'Nachrichten verschwinden wie bisher; keine wurde geändert.',
  'outcome.join':
    '{known, select, yes {Du bist dadurch nicht beigetreten. Was du eingegeben hast, steht noch im Feld.} other {Ob du beigetreten bist, ist nicht bekannt: Sieh nach, ob der Kreis da ist, bevor du es noch einmal versuchst.}}',
  'outcome.createCircle': 'Es wurde kein Kreis gegründet.',
  'outcome.init': 'Es wurde kein Tresor angelegt.',
  'outcome.unlock':
    'Das Gerät bleibt gesperrt. Nachrichten warten bei denen, die sie gesendet haben, und kommen, sobald es entsperrt ist.',
  'outcome.lock':
    '{known, select, yes {Das Gerät wurde nicht gesperrt.} other {Ob das Gerät gesperrt wurde, ist nicht bekannt.}}',
  'outcome.restore': 'Nichts wurde eingespielt; die Sicherung ist, wie sie war.',
  'outcome.open': 'Die Seite wurde nicht geöffnet; was auf dem Gerät ist, ist, wie es war.',
  'outcome.invite': 'Es wurde keine Einladung gemacht.',
  'outcome.revokeInvitation': 'Die Einladung wurde dadurch nicht widerrufen.',
  'outcome.verify': 'Was du früher geprüft hast, ist, wie es war.',
  'outcome.govern': 'Im Kreis ist alles, wie es war.',
  'outcome.rename': 'Der Name ist, wie er war.',
  'outcome.room': 'Es wurde kein Raum angelegt.',
  'outcome.leave': 'Du hast den Kreis nicht verlassen; er und seine Nachrichten sind noch hier.',
  'outcome.setting': 'Die Einstellung ist, wie sie war.',
  'outcome.list': 'Die Unterhaltung steht in der Liste wie bisher; keine Nachricht wurde geändert.',
  'outcome.passphrase': 'Es gilt die alte Passphrase.',
  'outcome.backup': 'Es wurde keine Sicherung gemacht; was auf dem Gerät ist, ist, wie es war.',
  'outcome.exportAudit': 'Nichts wurde geschrieben; das Protokoll ist, wie es war.',
  'outcome.checkFiles': 'Nicht alle Dateien wurden geprüft; keine wurde dadurch geändert.',
  'outcome.wipe':
    'Es ist nicht sicher, dass alles gelöscht wurde: Sieh nach, ob sich das Gerät noch mit seiner Passphrase öffnen lässt.',
}
