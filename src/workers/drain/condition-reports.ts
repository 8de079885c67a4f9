/**
 * What an owner tells of its files: a condition when its first file has it, and its end when its last file is rid of it.
 * The beginning is one line on stderr for all partitions together; both go to the application's listeners.
 */
import { ConditionBoard } from '../../shared/condition-board.js'
import type { ConditionHandler, ConditionKind } from '../../shared/conditions.js'
import { writeStandardError } from '../files/log-file.js'

/** The conditions of one partition's files. */
export class ConditionReports {
  readonly #partition: number
  readonly #board: ConditionBoard
  readonly #onCondition: ConditionHandler
  readonly #files = new Map<string, Set<number>>()

  constructor(partition: number, board: SharedArrayBuffer, onCondition: ConditionHandler) {
    this.#partition = partition
    this.#board = new ConditionBoard(board, partition)
    this.#board.clear()
    this.#onCondition = onCondition
  }

  /** A file has a condition now. */
  begin(code: string, file: number, path: string, message: string): void {
    const files = this.#files.get(code)
    if (files !== undefined) {
      files.add(file)
      return
    }
    this.#files.set(code, new Set([file]))
    if (this.#board.begin(code)) this.#board.withStandardError(() => writeStandardError(`spillway: ${message}`))
    this.#tell('degraded', code, path, message)
  }

  /** A file is rid of it. */
  end(code: string, file: number, path: string): void {
    const files = this.#files.get(code)
    if (files === undefined || !files.delete(file) || files.size > 0) return
    this.#files.delete(code)
    this.#board.end(code)
    this.#tell('recovered', code, path, `${path} can be written again, as all other files that could not (${code}).`)
  }

  /** Something is worse from now on with this very file: told for each file, whatever others have. */
  degrade(code: string, path: string, message: string): void {
    this.#board.withStandardError(() => writeStandardError(`spillway: ${message}`))
    this.#tell('degraded', code, path, message)
  }

  /** That has ended. */
  recover(code: string, path: string, message: string): void {
    this.#tell('recovered', code, path, message)
  }

  /** Runs what writes lines to standard error, one thread at a time. */
  withStandardError<T>(write: () => T): T {
    return this.#board.withStandardError(write)
  }

  /** Something happened to a file, and was dealt with. */
  warn(code: string, path: string, message: string): void {
    this.#tell('warning', code, path, message)
  }

  #tell(kind: ConditionKind, code: string, path: string, message: string): void {
    this.#onCondition({ kind, code, message, partition: this.#partition, path })
  }
}
