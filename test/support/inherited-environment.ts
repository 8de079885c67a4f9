/** The environment that a child of a test gets: without what the test's own run was set up by. */

/** This process's variables but for those of spillway, of the test runner and of colours, and those of `alsoOwn`. */
export function inheritedEnvironment(alsoOwn: RegExp = /^$/): NodeJS.ProcessEnv {
  const own = /^(SPILLWAY_|NODE_TEST_|NODE_OPTIONS$|FORCE_COLOR$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name) && !alsoOwn.test(name)))
}
