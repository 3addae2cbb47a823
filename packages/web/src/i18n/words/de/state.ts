import type { STATE as ENGLISH } from '../en/state.ts'
import type { FaultWords } from '../catalog.ts'

const RESTORE = 'Lass den Datenordner, wie er ist, und spiele eine Sicherung in einen anderen ein.'
const RESTART = 'Sperre das Gerät und entsperre es wieder, oder starte es neu.'
const OPEN_AGAIN = 'Führe „triode open“ aus: Das gibt eine Adresse, die die Seite öffnet.'

export const STATE: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  unexpected: [
    'Dem Gerät ist etwas misslungen, das niemand vorhergesehen hat.',
    'Sieh nach, was „triode start“ ausgegeben hat, und melde es.',
  ],
  'not-running': ['Das Gerät antwortet nicht.', 'Starte es mit „triode start“.'],
  'bad-answer': [
    'Das Gerät antwortet, was diese Seite nicht versteht.',
    'Lade die Seite neu: Sie und das Gerät müssen dieselbe Version haben.',
  ],
  'token-refused': ['Diese Seite war zu lange offen, oder das Gerät wurde neu gestartet.', OPEN_AGAIN],
  'host-refused': ['Die Seite wurde unter einer anderen Adresse als der des Geräts geöffnet.', OPEN_AGAIN],
  'origin-refused': ['Seiten von anderswo dürfen das Gerät nicht fragen.', OPEN_AGAIN],
  'user-refused': [
    'Jemand anderes, der diesen Rechner benutzt, hat die Seite geöffnet.',
    'Öffne sie unter dem Namen, unter dem das Gerät gestartet wurde.',
  ],
  'launch-code-used': ['Diese Adresse wurde schon geöffnet, und sie gilt nur einmal.', OPEN_AGAIN],
  'launch-code-expired': ['Diese Adresse ist älter als 15 Minuten.', OPEN_AGAIN],
  'launch-code-refused': ['Diese Adresse öffnet hier nichts.', OPEN_AGAIN],
  'too-many-readers': ['Zu viele Seiten und Programme hören diesem Gerät zu.', 'Schließe eine Seite.'],
  'no-vault': ['Auf diesem Gerät gibt es noch keinen Tresor.', 'Wähle eine Passphrase, um einen anzulegen.'],
  locked: ['Das Gerät ist gesperrt.', 'Entsperre es.'],
  closed: ['Das Gerät wurde geschlossen.', 'Starte es mit „triode start“.'],
  stopped: ['Das Gerät hält an, oder es wurde gesperrt.', 'Entsperre es, oder starte es neu.'],
  'home-in-use': [
    'Ein anderer Prozess hat diesen Tresor offen.',
    'Beende ihn, oder benutze die Seite, die er ausliefert.',
  ],
  'vault-exists': [
    'Auf diesem Gerät gibt es schon einen Tresor.',
    'Lösche ihn zuerst, oder nimm einen anderen Ordner.',
  ],
  'vault-absent': ['In diesem Ordner ist kein Tresor.', 'Lege zuerst einen an.'],
  'vault-newer': [
    'Diesen Tresor hat eine neuere Version von Triode geschrieben; er wurde nicht angerührt.',
    'Bring Triode auf den neuesten Stand.',
  ],
  'vault-damaged': [
    '{of, select, record_damaged {Ein gespeicherter Eintrag wurde geändert oder beschädigt und nicht verwendet.} other {Der Tresor ist beschädigt, oder ein Teil von ihm fehlt.}}',
    'Mach eine Kopie des Datenordners, und spiele dann die neueste Sicherung ein.',
  ],
  'disk-full': [
    '{of, select, room {Das braucht {needed, number} MB auf der Platte, und {free, number} MB sind dafür frei.} other {Die Platte ist voll oder lässt sich nicht beschreiben; nichts wurde geändert.}}',
    '{of, select, room {Schaffe Platz auf der Platte.} other {Schaffe Platz auf der Platte, und versuch es dann noch einmal.}}',
  ],
  'disk-refused': [
    '{of, select, forbidden {Dieses Benutzerkonto darf in {path} nicht schreiben, so dass Dateien dort nicht aufgehoben werden können ({code}).} protected {Die Platte mit {path} ist schreibgeschützt ({code}).} failing {Die Platte mit {path} lässt sich nicht fehlerfrei lesen oder beschreiben ({code}).} large {Die Platte mit {path} nimmt keine so große Datei ({code}).} other {In {path} können keine Dateien aufgehoben werden ({code}).}}',
    '{of, select, forbidden {Lass das Benutzerkonto, unter dem Triode läuft, in diesem Ordner lesen und schreiben.} protected {Mach sie wieder beschreibbar; eine, die von selbst schreibgeschützt wird, ist vielleicht defekt.} failing {Mach eine Sicherung auf einer anderen Platte, und sieh nach dieser.} large {Zieh mit dem Datenordner auf eine andere Platte um: Solche mit FAT32 nehmen keine Datei ab 4 GiB.} other {Sieh nach diesem Ordner und seiner Platte.}} Dann geht es von selbst weiter.',
  ],
  'store-failed': [
    'Es ließ sich nicht speichern.',
    'Sieh nach, ob die Platte voll ist; es wird von selbst noch einmal versucht.',
  ],
  'place-not-empty': [
    'Eine Sicherung wird nur in einen leeren Ordner eingespielt.',
    'Lösche zuerst den Tresor, der dort ist.',
  ],
  'place-forbidden': [
    'Dieses Benutzerkonto darf diesen Ordner oder diese Datei nicht lesen oder schreiben.',
    'Wähle einen anderen Ort, oder ändere dort die Rechte.',
  ],
  'place-not-folder': [
    'Diesen Ordner gibt es nicht, und er lässt sich nicht anlegen.',
    'Wähle einen anderen Ort.',
  ],
  'backup-absent': [
    'Die Sicherung lässt sich nicht öffnen.',
    'Sieh nach, ob sie da ist und wer sie lesen darf.',
  ],
  'backup-gone': [
    'Diese Sicherung wurde schon heruntergeladen, oder niemand hat sie eine Minute lang abgeholt.',
    'Mach eine neue.',
  ],
  'backup-unknown': [
    'Diese Datei ist keine Sicherung, die diese Version lesen kann.',
    'Wähle eine andere Datei, oder bring Triode auf den neuesten Stand.',
  ],
  'backup-damaged': [
    'Die Sicherung ist beschädigt oder unvollständig; nichts wurde eingespielt.',
    'Nimm eine andere Kopie davon.',
  ],
  'primitive-missing': [
    'Das kryptographische Modul hier bietet {name} nicht an.',
    'Führe Triode mit dem Node aus, das es mitbringt.',
  ],
  'epoch-missing': ['Es gibt keinen Schlüssel, mit dem sich schreiben ließe.', RESTART],
  'key-malformed': ['Ein gespeicherter Schlüssel ist beschädigt.', RESTORE],
  'log-damaged': ['Die Geschichte der Mitglieder eines Kreises ist beschädigt.', RESTORE],
  'circle-secret-missing': ['Das Geheimnis eines Kreises fehlt.', RESTORE],
  'sealing-key-missing': ['Ein Siegelschlüssel dieses Geräts fehlt.', RESTORE],
  'housekeeping-failed': [
    'Etwas, das das Gerät von selbst tut, etwa Abgelaufenes löschen, ist misslungen.',
    'Nichts ist verloren; es geht von selbst weiter.',
  ],
  aborted: ['Es wurde aufgegeben.', 'Versuch es noch einmal.'],
  'worker-ended': [
    'Ein Teil des Geräts, der Dateien versiegelt und öffnet, hat geendet.',
    'Versuch es später noch einmal.',
  ],
}
