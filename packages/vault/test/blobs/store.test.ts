import { blobStoreCompliance } from '@triode/testkit'
import { folder, underTest } from './stores.ts'

blobStoreCompliance('disk', async () => underTest(folder()))
