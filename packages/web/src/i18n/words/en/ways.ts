/** Of the ways to other devices: by the code of the fault, what happened and what to do. */

const AGAIN = 'It is tried again by itself; see that the other device is running and in reach.'
const BY_ITSELF = 'Nothing is lost; it goes on by itself.'
const LATER = 'Try again later.'
const PEER_RUNS = 'The other device has to be running, with Tor turned on.'

export const WAYS = {
  unreachable: ['Nobody answers there.', AGAIN],
  'no-address': ['No address of that device is known.', AGAIN],
  'no-channel': ['No channel that runs leads there.', 'See “Channels” in the settings.'],
  'channel-failed': ['A channel could not start.', 'See “Channels” in the settings.'],
  'channel-off': ['The channel is off.', 'Turn it on under “Channels” in the settings.'],
  'frame-failed': ['Something that another device sent could not be dealt with now.', BY_ITSELF],
  'handshake-timeout': ['The other side did not speak in time.', AGAIN],
  'link-broken': ['The connection broke.', AGAIN],
  'link-stuck': ['The other device takes nothing more.', AGAIN],
  'not-a-member': ['That device is not in the circle.', 'Nothing is to be done, unless it should be.'],
  'address-gone': ['This computer has left the network that the other device was reached over.', AGAIN],
  'peer-silent': ['The other device fell silent.', AGAIN],
  'stream-cut': ['The exchange was cut short.', AGAIN],
  'timed-out': ['The other device did not answer in time.', AGAIN],
  'too-many-guests': ['Too many call with an invitation at the same time.', LATER],
  'too-many-links': ['There are as many connections as there may be.', LATER],
  'too-many-tunnels': ['The circle has as many connections here as it may have.', BY_ITSELF],
  'tunnel-closed': ['The connection is closed.', AGAIN],
  superseded: ['A newer connection to the same device took over.', BY_ITSELF],
  'tor-gone': ['The program tor has ended.', 'It is started again by itself within a minute.'],
  'tor-broken': [
    'The program tor said something that is not understood.',
    'Check that it is the one of your system, version 0.4.7 or later.',
  ],
  'tor-refused': [
    'The program tor refused what it was asked ({code}).',
    'Check that it is version 0.4.7 or later.',
  ],
  'key-refused': ['The key for that onion service does not fit.', PEER_RUNS],
  'not-published': ['That onion service is not to be found.', PEER_RUNS],
  'too-many-services': [
    'At most {most, number} onion services are offered at a time.',
    'Revoke invitations that are not needed any more.',
  ],
} as const
