/**
 * The timeline is one stop of the Tab key: of all messages only the one that is active has links and buttons that Tab
 * reaches. The others have them for pointers, and for screen readers that read through.
 */
import { createContext } from 'react'

export const TabStopContext = createContext(true)
