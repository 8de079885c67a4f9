export function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

export function hostileValues(): unknown[] {
  return [
    Symbol('s'),
    10n ** 200n,
    { toString: throwing, toJSON: throwing, [Symbol.toPrimitive]: throwing },
    Object.defineProperty({}, Symbol.toStringTag, { get: throwing }),
    Object.defineProperty({}, 'x', { get: throwing, enumerable: true }),
    revokedProxy(),
    new Proxy([], { get: throwing, getPrototypeOf: throwing, ownKeys: throwing }),
    Object.create(null),
    throwing,
    '\u001b[31m\n\ud83d'.repeat(1_000),
    new Array(1_000_000),
    new Map([['a', 1]]),
    new Date(Number.NaN),
    -0,
    Number.NaN,
  ]
}

function throwing(): never {
  throw new Error('do not touch')
}
