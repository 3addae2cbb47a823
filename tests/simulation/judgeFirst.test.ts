import { judge } from './judge.ts'

judge('first')
