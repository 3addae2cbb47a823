/** What an act that failed means for the message, the file or the circle that it was about. */
export const OUTCOMES = {
  'outcome.unknown': 'Whether it was done is not known: look before you try again.',
  'outcome.look': 'Nothing was changed by it: what is stored on the device stays there.',
  'outcome.send':
    '{known, select, yes {Your message was not sent. It stands in the field again, and goes when you send it from there.} other {Whether your message was sent is not known. It stands in the field again: see whether it is above, too, before you send it.}}',
  'outcome.edit':
    '{known, select, yes {The message stays as it was, for everyone. Your change stands in the field.} other {Whether the message was changed is not known. Your change stands in the field.}}',
  'outcome.attach':
    '{known, select, yes {Nothing was sent. Your words and files wait here, in this window alone.} other {Whether it was sent is not known. Your words and files wait here: see whether they are above, too, before you send them.}}',
  'outcome.voice':
    '{known, select, yes {The recording was not sent. It is still here, in this window alone.} other {Whether the recording was sent is not known. It is still here: see whether it is above, too, before you send it.}}',
  'outcome.delete':
    '{known, select, yes {Nothing was deleted by it: whoever has the message still has it. If there were several, those before it are deleted.} other {Whether the message was deleted is not known: what is still shown is still there.}}',
  'outcome.react': 'The message stays as it is; your reaction was not changed.',
  'outcome.copy': 'Nothing was copied: the browser did not allow it.',
  'outcome.forward':
    '{known, select, yes {Conversations that are still chosen did not get all of it; the others did.} other {Conversations that are no longer chosen got it. Of the first that is still chosen it is not known: look there before you forward again.}}',
  'outcome.getFile':
    'Nothing was lost by it: what is here of the file stays, and as long as its message is there it can be got again.',
  'outcome.keepFile': 'The file stays here as before.',
  'outcome.expiry': 'Messages disappear as they did before; none was changed.',
  'outcome.join':
    '{known, select, yes {You did not join by it. What you entered is still in the field.} other {Whether you joined is not known: see whether the circle is there before you try again.}}',
  'outcome.createCircle': 'No circle was made.',
  'outcome.init': 'No vault was made.',
  'outcome.unlock':
    'The device stays locked. Messages wait with those who sent them, and come once it is unlocked.',
  'outcome.lock':
    '{known, select, yes {The device was not locked.} other {Whether the device was locked is not known.}}',
  'outcome.restore': 'Nothing was restored; the backup is as it was.',
  'outcome.open': 'The page was not opened; what is on the device is as it was.',
  'outcome.invite': 'No invitation was made.',
  'outcome.revokeInvitation': 'The invitation was not revoked by it.',
  'outcome.verify': 'What you verified before is as it was.',
  'outcome.govern': 'In the circle everything is as it was.',
  'outcome.rename': 'The name is as it was.',
  'outcome.room': 'No room was made.',
  'outcome.leave': 'You did not leave; the circle and its messages are still here.',
  'outcome.setting': 'The setting is as it was.',
  'outcome.list': 'The conversation is listed as before; no message was changed.',
  'outcome.passphrase': 'The passphrase is the old one.',
  'outcome.backup': 'No backup was made; what is on the device is as it was.',
  'outcome.exportAudit': 'Nothing was written; the log is as it was.',
  'outcome.checkFiles': 'Not all files were checked; none was changed by it.',
  'outcome.wipe':
    'It is not sure that everything was wiped: see whether the device still opens with its passphrase.',
} as const
