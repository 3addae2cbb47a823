/** Decoders, by their name or by what they call, that need no target of their own; each with the reason. */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'api/server/openapi.ts openApi': 'writes a document, reads nothing',
  'api/server/start.ts': 'reads the manifest of its own package',
  'api/server/eventStream.ts': 'encodes: the device is on this side',
  'channels/lan/interfaces.ts readInterfaces': 'asks the system, decodes nothing',
  'channels/lan/mdnsSocket.ts openMdns': 'opens a socket; its packets go through `mdns-packet`',
  'cli/onDemand.ts': 'reads what its own child printed',
  'cli/run.ts': 'reads the manifest of its own package',
  'core/bytes.ts readU64': 'eight bytes of a stored record; throws RangeError beyond 2^53',
  'core/participant/openConversation.ts openConversation':
    'opens what is stored: its records have targets of their own',
  'device/auditing.ts verifyExport': 'reads a file, line by line, into `audit-export`',
  'device/device.ts openDevice': 'opens a home; its files have targets of their own',
  'device/deviceState.ts openState': 'opens a vault; its files have targets of their own',
  'core/circle/court.ts openOf': 'takes answers of judges apart, not bytes',
  'device/files/media/codecs.ts decodeImage':
    "others' decoders in WebAssembly, of one's own images, in a thread that may fail",
  'device/files/openBlobs.ts OpenBlobs': 'counts who uses what is open, decodes nothing',
  'device/files/openFiles.ts openFiles': 'puts parts together, decodes nothing',
  'device/circleRuntime.ts': 'hands a stored key to `pkcs8-ed25519`',
  'device/spokenIdentity.ts': 'hands a stored key to `pkcs8-ed25519`',
  'device/joinCircle.ts': 'hands a stored key to `pkcs8-ed25519`',
  'vault/blobs/bootId.ts readBootId': "32 digits of the kernel's, or nothing",
  'vault/blobs/position.ts readAt': 'reads bytes, decodes nothing',
  'vault/blobs/sharedFiles.ts readFrom': 'reads bytes, decodes nothing',
  'vault/blobs/sourceReader.ts SourceReader': 'reads bytes that are sealed as they are',
  'vault/vault.ts openVault': 'opens a folder; its files have targets of their own',
}
