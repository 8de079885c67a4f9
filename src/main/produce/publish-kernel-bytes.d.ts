/** The kernel's binary in base64; the build makes it of `../kernel/publish-kernel.ts`. */
export const PUBLISH_KERNEL: string
