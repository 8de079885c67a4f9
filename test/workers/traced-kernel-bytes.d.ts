/** Written by the build: scripts/build-kernel.ts. */
export const LINE_KERNEL: string
