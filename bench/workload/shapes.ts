/**
 * The shapes of calls that are measured: what a call is given, through which of a contender's ways it goes, and how its
 * line is known again on disk. Every line must tell the number of its call.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Calls, PlainLine } from '../contenders/contender.js'
import { CORPUS_SHAPE, corpusShape, readCorpus } from './corpus.js'
import { type Entry, entryAt, entryNumberOf, MESSAGE } from './entries.js'

/** One call into a contender: what is timed. The argument is what the shape makes of the call's number. */
export type ShapedCall = (fileIndex: number, argument: never, message: string) => void

/** What a line says of its call. */
export interface WrittenEntry {
  readonly entryNumber: number
  /** All that the call was given is there, unchanged. */
  readonly isWhole: boolean
}

/** One shape of call. */
export interface Shape {
  readonly name: string
  readonly title: string
  readonly call: keyof Calls
  /** False where the level is off: then no line may come of it. */
  readonly writesLines: boolean
  /** What the nth call is given: made before the clock is read. */
  argument(entryNumber: number): unknown
  /** Its message, where that is not MESSAGE. */
  message?(entryNumber: number): string
  /** `undefined` where the line is none of this shape's. */
  read(line: PlainLine): WrittenEntry | undefined
}

/** What every child logger of the bench has bound. */
export const BINDINGS = Object.freeze({ requestId: 'request-4711', region: 'eu-central-1' })

interface NestedFields {
  readonly userId: number
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: { readonly accept: string; readonly host: string }
  }
  readonly tags: readonly string[]
}

const TEXT = /^user (\d+) moved to another room$/
const TEMPLATE_TEXT = /^user (\d+) moved to (move\d+) in (\d+(?:\.\d+)?) ms$/
const ERROR_TEXT = /^room of user (\d+) is closed$/

const message: Shape = {
  name: 'message',
  title: 'a message',
  call: 'message',
  writesLines: true,
  argument: (n) => `user ${entryAt(n).userId} moved to another room`,
  read: ({ message: text }) => whole(Number(TEXT.exec(String(text))?.[1]), true),
}

const oneField: Shape = {
  name: 'fields-1',
  title: '1 field',
  call: 'object',
  writesLines: true,
  argument: (n) => ({ userId: entryAt(n).userId }),
  read: ({ fields, message: text }) => whole(fields.userId, text === MESSAGE),
}

const fourFields: Shape = {
  name: 'fields-4',
  title: '4 fields',
  call: 'object',
  writesLines: true,
  argument: entryAt,
  read: readFourFields,
}

const twelveFields: Shape = {
  name: 'fields-12',
  title: '12 fields',
  call: 'object',
  writesLines: true,
  argument: twelveFieldsAt,
  read: ({ fields, message: text }) => {
    const expected = Object.entries(twelveFieldsAt(entryNumberOf(fields.userId)))
    return whole(fields.userId, text === MESSAGE && expected.every(([key, value]) => fields[key] === value))
  },
}

const nested: Shape = {
  name: 'nested',
  title: 'nested objects',
  call: 'object',
  writesLines: true,
  argument: nestedAt,
  read: ({ fields, message: text }) => {
    const { request, tags } = nestedAt(entryNumberOf(fields.userId))
    const isSame = isDeepStrictEqual([fields.request, fields.tags], [request, tags])
    return whole(fields.userId, isSame && text === MESSAGE)
  },
}

const error: Shape = {
  name: 'error',
  title: 'an error with its stack',
  call: 'error',
  writesLines: true,
  argument: (n) => new Error(`room of user ${entryAt(n).userId} is closed`),
  read: ({ error: written }) => {
    const text = String(written?.message)
    return whole(Number(ERROR_TEXT.exec(text)?.[1]), String(written?.stack).includes(`${text}\n    at `))
  },
}

const template: Shape = {
  name: 'template',
  title: 'a template of three values',
  call: 'template',
  writesLines: true,
  argument: entryAt,
  read: ({ message: text }) => {
    const found = TEMPLATE_TEXT.exec(String(text))
    if (found === null) return undefined
    const { action, durationMs } = entryAt(entryNumberOf(Number(found[1])))
    return whole(Number(found[1]), found[2] === action && Number(found[3]) === durationMs)
  },
}

const child: Shape = {
  name: 'child',
  title: '4 fields through a child logger',
  call: 'child',
  writesLines: true,
  argument: entryAt,
  read: (line) => {
    const written = readFourFields(line)
    const isBound = line.fields.requestId === BINDINGS.requestId && line.fields.region === BINDINGS.region
    return written === undefined ? undefined : { ...written, isWhole: written.isWhole && isBound }
  },
}

const disabled: Shape = {
  name: 'disabled',
  title: '4 fields at a level that is off',
  call: 'disabled',
  writesLines: false,
  argument: entryAt,
  read: () => undefined,
}

/** All shapes, in the order of the report. */
export const SHAPES: readonly Shape[] = Object.freeze([
  message,
  oneField,
  fourFields,
  twelveFields,
  nested,
  error,
  template,
  child,
  disabled,
])

/** Whether this is the message of the template's shape. */
export function isTemplateText(text: unknown): boolean {
  return TEMPLATE_TEXT.test(String(text))
}

/** The shape in which a scenario logs objects where it does not compare shapes. */
export function objectShape({ corpus }: { readonly corpus: string | null }): string {
  return corpus === null ? fourFields.name : CORPUS_SHAPE
}

/**
 * The shape with this name; throws if there is none.
 *
 * @param corpus the directory of the lines that the shape of that name is made of
 */
export function shapeNamed(name: string, corpus: string | null = null): Shape {
  if (name === CORPUS_SHAPE && corpus !== null) return corpusShape(readCorpus(corpus))
  const found = SHAPES.find((shape) => shape.name === name)
  if (found === undefined) throw new Error(`there is no shape named ${name}`)
  return found
}

function whole(userId: unknown, isWhole: boolean): WrittenEntry | undefined {
  const entryNumber = entryNumberOf(userId)
  return Number.isInteger(entryNumber) ? { entryNumber, isWhole } : undefined
}

function readFourFields({ fields, message: text }: PlainLine): WrittenEntry | undefined {
  const { action, durationMs }: Entry = entryAt(entryNumberOf(fields.userId))
  const isSame = fields.action === action && fields.durationMs === durationMs && fields.ok === true
  return whole(fields.userId, isSame && text === MESSAGE)
}

/** Written out: with the entry spread into it V8 takes microseconds to make it, which stand in lines/s and CPU. */
function twelveFieldsAt(n: number): Readonly<Record<string, string | number | boolean>> {
  const { userId, action, durationMs, ok } = entryAt(n)
  return {
    userId,
    action,
    durationMs,
    ok,
    room: `room ${n & 15}`,
    floor: n & 7,
    region: 'eu-central-1',
    session: `s-${n & 1023}`,
    attempts: n & 3,
    cached: (n & 1) === 0,
    bytes: n * 3,
    score: (n & 255) / 4,
  }
}

function nestedAt(n: number): NestedFields {
  return {
    userId: entryAt(n).userId,
    request: { method: 'GET', path: `/rooms/${n & 63}`, headers: { accept: 'application/json', host: 'example.org' } },
    tags: ['room', `floor-${n & 7}`],
  }
}
