/**
 * A preset of rules: the source folders of the game engine that spillway was first designed for, each its category.
 * What is in none of them goes to general.
 */

const FOLDERS =
  'actions logic entities ai domUI engine events loaders scopeDsl initializers dependencyInjection logging config utils ' +
  'services constants storage types alerting context turns adapters query characterBuilder prompting anatomy scheduling ' +
  'errors interfaces clothing input testing configuration modding persistence data shared bootstrapper commands ' +
  'thematicDirection models llms validation pathing formatting ports shutdown common'

/**
 * Rules for `sources.rules`.
 *
 * @example
 * new Spillway({ sources: { rules: ENGINE_SOURCES } })
 */
export const ENGINE_SOURCES: Readonly<Record<string, string>> = Object.freeze({
  ...Object.fromEntries(FOLDERS.split(' ').map((folder) => [`src/${folder}`, folder])),
  tests: 'tests',
  'llm-proxy-server': 'llm-proxy',
})
